# make serve | make test | make test-fast | make help
SHELL := /bin/bash
PY := .venv/bin/python
UV := .tools/bin/uv
export RASA_TELEMETRY_ENABLED := false
export OMP_NUM_THREADS := 1
export OPENBLAS_NUM_THREADS := 1
export TF_INTRA_OP_PARALLELISM_THREADS := 1
export TF_INTER_OP_PARALLELISM_THREADS := 1
export TF_CPP_MIN_LOG_LEVEL := 3
export SQLALCHEMY_SILENCE_UBER_WARNING := 1
export PYTHONWARNINGS := ignore

CONTENT := $(shell find policy_kb/content -type f)
TRAINING := config.yml domain.yml $(shell find data components policy_kb/content/jieba -type f \
  -not -name '*.pyc') policy_kb/intents.py policy_kb/features.py policy_kb/models.py \
  policy_kb/fitting.py policy_kb/text.py policy_kb/encoders.py policy_kb/tuned_weights.npz \
  policy_kb/messages.py
FILE ?= tests/understanding/hard_messages.jsonl

.PHONY: help setup release train tune serve test test-fast eval interview-graph lock clean

help:            ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 18

setup: .venv/ready   ## the Python environment, from hash-locked requirements

.tools/ready:
	@echo "准备安装工具……"
	@python3 -m venv .tools && .tools/bin/python -m pip install -q --disable-pip-version-check -r requirements/tools.txt --require-hashes
	@touch $@

.venv/ready: requirements/dev.txt .python-version | .tools/ready
	@echo "安装 Python 环境（首次约一两分钟）……"
	@test -x $(PY) || $(UV) venv -q --python "$$(cat .python-version)" .venv
	@$(UV) pip sync -q --python $(PY) --require-hashes requirements/dev.txt
	@touch $@

release: .venv/ready   ## publish the content if it has changed
	@$(PY) -m policy_kb build

var/models/ready: $(TRAINING) | .venv/ready
	@echo "训练模型（约一分钟）……"
	@mkdir -p var/models var/cache
	@rm -f var/models/*.tar.gz
	@$(PY) -m rasa train --quiet --out var/models --fixed-model-name bot 2>&1 | grep -vE 'Warning|^$$' || true
	@test -s var/models/bot.tar.gz
	@touch $@

train: var/models/ready   ## the Rasa model, if anything it depends on has changed

serve: release train   ## set up what is missing, start everything; Ctrl-C stops it
	@exec .venv/bin/honcho start

test: setup release train   ## all tests
	@$(PY) -m pytest

test-fast: setup   ## tests that need no model, server or browser
	@$(PY) -m pytest -m "not slow"

eval: release train   ## the whole bot on labelled messages: make eval FILE=messages.jsonl
	@$(PY) -m bench.evaluate $(FILE)

tune: .venv/ready   ## tune the sentence encoder on tuning/letters (three quarters of an hour)
	@TF_INTRA_OP_PARALLELISM_THREADS=0 TF_INTER_OP_PARALLELISM_THREADS=0 $(PY) -m tuning

interview-graph: release   ## draw the interview for lawyers into docs/interview/
	@$(PY) -m policy_kb interview-graph docs/interview

lock: .tools/ready   ## lock the requirements anew
	@for name in bot dev; do $(UV) pip compile -q --python-version 3.10 --generate-hashes \
	  --no-emit-index-url requirements/$$name.in -o requirements/$$name.txt; done
	@$(UV) pip compile -q --python-version 3.10 --generate-hashes --no-emit-index-url \
	  requirements/tools.in -o requirements/tools.txt

clean:           ## remove everything that was made
	rm -rf .venv .tools var
