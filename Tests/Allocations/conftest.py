from Harness import keeping

scratch = keeping.scratch_below("allocations")
pytest_runtest_makereport = keeping.pytest_runtest_makereport
