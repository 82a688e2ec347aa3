from Harness import keeping

scratch = keeping.scratch_below("crashes")
seed = keeping.seed_from("NEWSWIRE_CRASH_SEED")
pytest_runtest_makereport = keeping.pytest_runtest_makereport
