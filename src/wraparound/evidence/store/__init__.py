"""Open data and extracts as Parquet with manifests, and the engine that reads them (docs: S-075 to S-105)."""
