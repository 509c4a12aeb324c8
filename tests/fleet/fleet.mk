# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# Packages, the service, the image and the pipelines, with the real programs.
#
# Needs   what `make fleet-deps` installs (test-deps has what the layer fleet of
#         `make test` needs); root.  The tests start their own instances of the
#         daemons that fleet-deps installs, on the loopback interface.
# Gives   fleet-deps, test-fleet; the layer fleet of `make test`
#
#: make fleet-deps       installs what packages and their tests need: on a machine with
#:                       systemd the distribution starts some of these daemons
#: make test-fleet       tests packages, service, image, schemas and pipelines (root)

TEST_LAYERS += fleet
FLEET_NPM   := $(OUTPUT)/fleet/npm

.PHONY: fleet-deps test-fleet
fleet-deps:
	@.ci/install build test fleet
	@command -v node >/dev/null && command -v npm >/dev/null || .ci/install node # unless they are installed from elsewhere
	@mkdir -p $(FLEET_NPM)
	@cp tests/fleet/package.json $(FLEET_NPM)/
	@npm install --prefix $(FLEET_NPM) --no-audit --no-fund --silent

test-fleet: all $(WORKLOADS)
	BATS_TEST_TIMEOUT=900 tests/run fleet fleet/long
