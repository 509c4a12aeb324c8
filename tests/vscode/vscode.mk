# Plays an editor that debugs with the files in .vscode/: gdb over gdb/MI, the
# open-source debug adapter, and clangd.
#
# Needs   gdb, clangd, jq; root; what `make debug-deps` installs.
# Gives   debug-deps, which test-deps includes; test-vscode, a layer of `make test`.

DEBUG   := $(OUTPUT)/debug
ADAPTER := $(DEBUG)/node_modules/cdt-gdb-adapter

TEST_LAYERS  += vscode
NEEDS_vscode := all $(ADAPTER)

.PHONY: debug-deps
#: make debug-deps       installs node and, with npm below .output, the open-source debug adapter
#:                       for the tests (test-deps includes this)
# No install scripts, because they compile a terminal that is not used here.
debug-deps:
	@command -v node >/dev/null && command -v npm >/dev/null || .ci/install debug
	@mkdir -p $(DEBUG)
	@cmp -s tests/vscode/package.json $(DEBUG)/package.json && test -d $(ADAPTER) || { \
	    echo 'installing with npm: cdt-gdb-adapter @vscode/debugadapter-testsupport' && \
	    cp tests/vscode/package.json $(DEBUG)/ && \
	    npm install --prefix $(DEBUG) --ignore-scripts --no-audit --no-fund --silent; }
test-deps: debug-deps

$(ADAPTER): | $(DEPS_FIRST)
	@test -d $@ || { echo >&2 'the debug adapter is missing; run make debug-deps'; exit 1; }
