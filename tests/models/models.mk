# Models of the protocols between cores and threads, for SPIN: see docs/models.md.

.PHONY: models
models: ## verify the SPIN models of the kernel's protocols, and want their mutants to fail; MODEL="name..." chooses some
	@.ci/deps models python
	@tests/models/models.py --build $(BUILD) $(MODEL)
