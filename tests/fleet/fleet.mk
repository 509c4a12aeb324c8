# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# Packages, the service, the image and the pipelines, with the real engines.
#
# Needs   what `make fleet-deps` installs (test-deps has what the layer fleet of
#         `make test` needs); root.  The daemons that fleet-deps installs are
#         started by the tests as instances of their own, on the loopback.
# Gives   fleet-deps, test-fleet; the layer fleet of `make test`
#
#: make fleet-deps       installs what packages and their tests need: on a machine with
#:                       systemd the distribution starts some of these daemons
#: make test-fleet       packages, service, image, schemas and pipelines (root)

TEST_LAYERS += fleet
FLEET_NPM   := $(OUTPUT)/fleet/npm

.PHONY: fleet-deps test-fleet
fleet-deps:
	@.ci/install build test fleet
	@command -v node >/dev/null && command -v npm >/dev/null || .ci/install node # of whatever origin
	@mkdir -p $(FLEET_NPM)
	@cp tests/fleet/package.json $(FLEET_NPM)/
	@npm install --prefix $(FLEET_NPM) --no-audit --no-fund --silent

test-fleet: all $(WORKLOADS)
	BATS_TEST_TIMEOUT=900 tests/run fleet fleet/long
