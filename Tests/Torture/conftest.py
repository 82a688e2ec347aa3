from Harness import keeping

scratch = keeping.scratch_below("torture")
seed = keeping.seed_from("NEWSWIRE_TORTURE_SEED")
pytest_runtest_makereport = keeping.pytest_runtest_makereport
