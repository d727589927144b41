"""The benchmarks behind docs/performance.md. A report, not a test: compare ratios within one run."""
