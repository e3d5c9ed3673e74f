# Checks against real clients; they need Node. See CONTRIBUTING.md.
PYTHON ?= .venv/bin/python
SERVER = $(abspath $(PYTHON)) -m log_mcp serve --config $(abspath sample_logs/log-mcp.toml)
BIN = node_modules/.bin

.PHONY: clients claude inspector
clients:
	npm install --no-save --no-audit --no-fund @anthropic-ai/claude-code @modelcontextprotocol/inspector

claude:
	home=$$(mktemp -d) && export HOME=$$home && \
	$(BIN)/claude mcp add logs -- $(SERVER) && $(BIN)/claude mcp list | tee $$home/list && \
	grep -q '✔ Connected' $$home/list

inspector:
	cd sample_logs && for call in tools/list resources/list "tools/call --tool-name log_overview" \
	  "tools/call --tool-name search_logs --tool-arg level=error --tool-arg limit=3" \
	  "tools/call --tool-name get_error --tool-arg id=c0ffee12" \
	  "tools/call --tool-name error_trends --tool-arg bucket=5m" \
	  "tools/call --tool-name explain_error_context --tool-arg id=c0ffee12" \
	  "resources/read --uri log://overview"; do \
	  ../$(BIN)/mcp-inspector --cli $(abspath $(PYTHON)) -m log_mcp serve --method $$call || exit 1; done
