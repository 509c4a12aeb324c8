# Plays VS Code with the files of .vscode/: gdb over gdb/MI, and clangd.
#
# Needs   gdb, clangd, jq; root.
# Gives   test-vscode, a layer of `make test`.

TEST_LAYERS += vscode

.PHONY: test-vscode
test-vscode: all
	tests/run vscode
