"""The bricks that know no domain: components and forms, paging, files, the outbox, jobs, registries."""
