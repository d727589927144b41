"""The register of the papers' figures, tables and checks, and their arithmetic done again with rounding intervals."""
