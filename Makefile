# Each step is a script of its own in scripts/; this file names them.
# `make` alone tells what there is.

.DEFAULT_GOAL := help
.PHONY: help run bindings test e2e bench soak lint-deps fmt clean

help: ## What can be made
	@sed -n 's/^\([a-z0-9-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 20

run: ## Install what is missing, build, and open the app; without a display, walk through it and leave pictures
	@scripts/run

bindings: ## Write ui/src/bindings.ts anew from the commands, and the operations that the ui is tested with
	@CANALETTO_WRITE_BINDINGS=1 cargo test --lib bindings
	@CANALETTO_WRITE_BINDINGS=1 cargo test -p studio --lib kinds

test: ## Every check and every test, with the time of each stage
	@scripts/test

e2e: ## Only the tests in the real app; ONLY=name picks some
	@scripts/e2e $(ONLY)

bench: ## Measure against an empty Tauri window, libvips and our own limits (release builds)
	@scripts/bench

soak: ## 500 runs with kills at any step of a job, then the main job for MINUTES (30), holding memory to a limit
	@scripts/soak $(MINUTES)

lint-deps: ## Licences, sources and doubles of what we depend on; unused dependencies; typing errors
	@scripts/lint-deps

fmt: ## Format Rust and the front end
	@cargo fmt --all
	@cd ui && npm exec -- prettier --write .

clean: ## Remove what was built, downloaded and photographed
	@cargo clean
	@rm -rf ui/dist ui/node_modules screenshots
