# Faults planted on purpose, and the tests that have to see them: see tests/mutants/mutants.py and docs/mutants.md.

.PHONY: test-mutants
test-mutants: ## plant each fault of tests/mutants in a copy and want the tests red; MUTANT="name or table..." chooses some
	@.ci/deps run target python
	@tests/mutants/mutants.py $(MUTANT)
