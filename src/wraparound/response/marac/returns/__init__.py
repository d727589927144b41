"""The MARAC's quarterly return and what stands beside it: counted from the record, by definitions that are data.

`quarters` says which days a quarter has. `params` are the definitions and benchmarks of an area (rule sets
`marac.return` and `marac.benchmarks`). `populations` says what one row is (a hearing, a perpetrator or a child of
it) and of what kind; `counting` counts; `suppression` withholds small numbers before anything is published;
`quality` sets the return beside the population, the benchmarks and how the work was done.
"""
