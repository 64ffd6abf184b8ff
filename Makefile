# Two commands are all the set-up: `make run` and `make test`. `make` alone lists the rest.
# Needs Python 3.11 or newer with venv and pip, and make.

PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 8000
DOCS ?=
CLAUSES ?= 10000,100000
PEERS ?=
DATA ?= $(or $(CLAUSEWISE_DATA),data)
QUESTIONS ?= $(CLAUSEWISE_QUESTIONS)
ORIGINALS ?= $(or $(DOCS),$(CLAUSEWISE_ORIGINALS))
EXTRAS ?= --all-extras

VENV := .venv
BIN := $(VENV)/bin
UV_VERSION := 0.13.8
SYNC := $(BIN)/uv sync --quiet --frozen --inexact

# Compiled modules are kept even where the environment says not to: without them each process that
# starts compiles all that it imports, which is most of what a short command takes.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: help run test shared soak lint audit format eval report bench wheelhouse screenshots clean
.DEFAULT_GOAL := help

help: ## list the commands
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 10

$(BIN)/uv:
	@echo "==> 创建运行环境 $(VENV) …"
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)

$(VENV)/.run: $(BIN)/uv pyproject.toml uv.lock
	@echo "==> 按 uv.lock 安装依赖（首次约一分钟）…"
	@$(SYNC) --no-dev
	@touch $@

$(VENV)/.test: $(BIN)/uv pyproject.toml uv.lock
	@echo "==> 按 uv.lock 安装依赖与开发工具（首次约一分钟）…"
	@$(SYNC) --all-extras --all-groups
	@touch $@ $(VENV)/.run

run: $(VENV)/.run ## serve the chat page and the API; DOCS=folder ingests it first; PORT=9000
ifneq ($(DOCS),)
	@echo "==> 导入 $(DOCS) …"
	@$(BIN)/clausewise ingest "$(DOCS)" --data "$(DATA)"
endif
	@echo "==> 启动服务 …"
	@$(BIN)/clausewise serve --data "$(DATA)" --host $(HOST) --port $(PORT)

test: $(VENV)/.test ## run the tests
	@$(BIN)/python -m pytest --numprocesses auto --dist loadfile || \
		{ echo "==> 失败的测试单独再跑一次（浏览器与其他测试共用处理器，可能超时）"; \
		$(BIN)/python -m pytest --last-failed --last-failed-no-failures none; }

shared: $(VENV)/.test ## shared mode here: PostgreSQL, Chroma, two processes; contract, faults, load; DOCS=folder
	@test -n "$(ORIGINALS)" || { echo "请用 make shared DOCS=文件夹"; exit 2; }
	@$(BIN)/python -m pytest -q -rs tests/test_shared.py tests/test_turn.py tests/test_engine_contract.py \
		tests/test_engine_faults.py tests/test_bulk.py tests/test_fault*.py
	@$(BIN)/python -m evals.bench.processes "$(ORIGINALS)"

soak: $(VENV)/.test ## the long tests: thousands of faults, real documents on every engine
	@$(BIN)/python -m pytest -m soak

lint: $(VENV)/.test ## ruff (lint and format check) and mypy --strict
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

audit: $(VENV)/.test ## known weaknesses of the dependencies; without a network it only says so
	@said=$$($(BIN)/pip-audit --skip-editable --progress-spinner off 2>&1); code=$$?; \
	if echo "$$said" | grep -q "known vulnerabilit[a-z]* in"; then echo "$$said"; exit 1; fi; \
	if [ $$code -ne 0 ] || echo "$$said" | grep -q "could not be audited: fastapi"; \
	then echo "依赖审计：漏洞库不可达，已跳过"; else echo "依赖审计：没有已知漏洞"; fi

format: $(VENV)/.test ## put the code into its format
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

eval: $(VENV)/.test ## the suites, held to the gates and to the README's figures; QUESTIONS=file.jsonl asks more
	@rm -rf "$(DATA)/evaluations/suites" "$(DATA)/evaluations/questions"
	@$(BIN)/clausewise eval run all --data "$(DATA)" --out "$(DATA)/evaluations/suites" --gate
	@$(BIN)/clausewise eval figures "$(DATA)/evaluations/suites" README.md --check
ifneq ($(QUESTIONS),)
	@$(BIN)/clausewise eval run "$(QUESTIONS)" --data "$(DATA)" --out "$(DATA)/evaluations/questions" --gate
	@$(BIN)/clausewise eval retrieval "$(QUESTIONS)" --data "$(DATA)" --no-ablations --gate
endif
	@$(BIN)/clausewise eval lies --data "$(DATA)" --gate

report: $(VENV)/.test ## the suites, baselines beside them, and the README's table anew
	@rm -rf "$(DATA)/evaluations/report"
	@$(BIN)/clausewise eval run all --data "$(DATA)" --out "$(DATA)/evaluations/report" \
		--system clausewise --system bm25 --system vectors --system hybrid
	@$(BIN)/clausewise eval figures "$(DATA)/evaluations/report" README.md

bench: $(VENV)/.test ## speed, memory and load on real documents; DOCS=folder; CLAUSES=10000,1000000 for sizes, PEERS=10000 for peers to that one
	@test -n "$(ORIGINALS)" || { echo "请用 make bench DOCS=文件夹"; exit 2; }
	@$(BIN)/python -m evals.bench "$(ORIGINALS)" --scale 1,4 --load 1,4,16,64,256 --page \
		--search "$(CLAUSES)" $(if $(PEERS),--peers "$(PEERS)") --write docs

wheelhouse: $(VENV)/.run ## all that an offline installation needs, in wheelhouse/; EXTRAS="--extra postgres"
	@rm -rf wheelhouse
	@$(BIN)/uv export --quiet --frozen --no-dev --no-emit-project $(EXTRAS) -o wheelhouse/locked.txt
	@$(BIN)/python -m pip wheel -qq --disable-pip-version-check --no-deps --require-hashes \
		-r wheelhouse/locked.txt -w wheelhouse
	@cd wheelhouse && rm locked.txt && for wheel in *.whl; do \
		echo "$$(echo $$wheel | cut -d- -f1)==$$(echo $$wheel | cut -d- -f2) --hash=sha256:$$(sha256sum $$wheel | cut -c1-64)"; \
	done > requirements.txt
	@$(BIN)/uv build --quiet --wheel --out-dir wheelhouse
	@echo "==> wheelhouse/：$$(ls wheelhouse/*.whl | wc -l) 个包，$$(du -sh wheelhouse | cut -f1)（安装方法见 docs/operations.md）"

screenshots: $(VENV)/.test ## docs/screenshots anew; needs Chromium and a Chinese font
	@$(BIN)/python tests/screenshots.py

clean: ## remove the environment and caches, not the data
	@rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis
