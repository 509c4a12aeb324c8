# The documents held to the truth: README.md, the man page, the completions.
#
# Needs   mandoc, zsh, fish, jq, perl; root, for the examples are run.
# Gives   test-manual

TEST_LAYERS += manual

#: make test-manual      the README, the man page and the completions against the program
.PHONY: test-manual
test-manual: all
	tests/run manual
