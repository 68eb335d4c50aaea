# Each target is one call of bootstrap.py, so that Windows users lose nothing by not having make.
PYTHON ?= python3

.PHONY: setup demo test bench bench-matching chaos lock clean

setup:            ## make .venv with the locked packages
	$(PYTHON) bootstrap.py setup

demo:             ## run the whole loop on the sandbox and write demo/report/index.html
	$(PYTHON) bootstrap.py demo

test:             ## lint, types and every test
	$(PYTHON) bootstrap.py test

bench:            ## seconds and memory at 10k, 100k and 1M listings; JSON=FILE also writes flat JSON
	$(PYTHON) bootstrap.py bench $(if $(JSON),--json $(JSON)) $(if $(SIZES),--sizes $(SIZES))

bench-matching:   ## how well listings and products are matched, on a folder of labelled pairs; DATA=DIR, JSON=FILE; or SPEED=1
	$(PYTHON) bootstrap.py bench-matching $(if $(SPEED),--speed) $(if $(SIZES),--sizes $(SIZES)) $(DATA) $(if $(JSON),--json $(JSON))

chaos:            ## kill cycles at KILLS random points, and run a peak hour of orders; JSON=FILE writes flat JSON, SEED=N replays
	$(PYTHON) bootstrap.py chaos $(if $(KILLS),--kills $(KILLS)) $(if $(SEED),--seed $(SEED)) $(if $(JSON),--json $(JSON))

lock: setup       ## resolve the dependencies again, for every platform, without addresses
	.venv/bin/uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --custom-compile-command "make lock" --upgrade --quiet -o requirements.lock

clean:            ## forget the environment and the demo
	rm -rf .venv demo
