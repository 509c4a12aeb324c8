# Checks that a real viewer shows a trace of a real `make`: speedscope, in headless
# Chromium, without network access.  Its picture is in the documentation.
#
# Needs   what `make viewer-deps` installs; root.  Not part of `make test`.
# Gives   viewer-deps, test-viewer, docs/trace.png
# Yours   CHROMIUM=path

VIEWER := $(OUTPUT)/viewer

.PHONY: viewer-deps test-viewer
#: make viewer-deps      installs Chromium and, with npm below .output, speedscope
viewer-deps:
	@command -v node >/dev/null && command -v npm >/dev/null && command -v chromium >/dev/null || \
	    .ci/install viewer
	@mkdir -p $(VIEWER)
	@cp tests/viewer/package.json $(VIEWER)/
	@npm install --prefix $(VIEWER) --no-audit --no-fund --silent

#: make test-viewer      opens a traced make in speedscope; its picture is docs/trace.png (root)
test-viewer: bootstrap
	@test -d $(VIEWER)/node_modules/speedscope || { echo >&2 'speedscope is missing; run make viewer-deps'; exit 1; }
	$(Q)rm -rf $(VIEWER)/build
	$(Q)env -u MAKEFLAGS -u MAKELEVEL $(SUDO) ./bootstrap -f trace -o $(VIEWER)/make.json -- \
	    make -s -j2 OUTPUT=$(VIEWER)/build $(VIEWER)/build/bootstrap.o $(VIEWER)/build/table.o
	$(Q)NODE_PATH=$(VIEWER)/node_modules node tests/viewer/viewer.cjs "$(CHROMIUM)" \
	    $(VIEWER)/node_modules/speedscope/dist/release/index.html $(VIEWER)/make.json docs/trace.png
