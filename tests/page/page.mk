# The page of -f html in a real browser: headless Chromium, driven by puppeteer-core.
#
# Needs   what `make page-deps` installs; root.  Not part of `make test`.
# Gives   page-deps, test-page, page-pictures
# Yours   CHROMIUM=path

PAGE_NODE := $(OUTPUT)/page
test-page page-pictures: export NODE_PATH := $(CURDIR)/$(PAGE_NODE)/node_modules

.PHONY: page-deps test-page page-pictures page-ready
#: make page-deps        installs Chromium and, with npm below .output, the driver for it
page-deps:
	@command -v node >/dev/null && command -v npm >/dev/null || .ci/install viewer
	@.ci/install page
	@mkdir -p $(PAGE_NODE)
	@cp tests/page/package.json $(PAGE_NODE)/
	@npm install --prefix $(PAGE_NODE) --no-audit --no-fund --silent

page-ready:
	@test -d $(PAGE_NODE)/node_modules/puppeteer-core || \
	    { echo >&2 'puppeteer-core is missing; run make page-deps'; exit 1; }

#: make test-page        tests the pages of -f html in Chromium (root)
test-page: all $(WORKLOADS) page-ready
	tests/run $(FILTER)page

#: make page-pictures    traces a make and writes docs/page.png and docs/page-dark.png (root)
page-pictures: bootstrap page-ready
	$(Q)rm -rf $(PAGE_NODE)/tree && mkdir $(PAGE_NODE)/tree
	$(Q)git archive HEAD | tar -x -C $(PAGE_NODE)/tree
	$(Q)cd $(PAGE_NODE)/tree && env -u MAKEFLAGS -u MAKELEVEL $(SUDO) $(CURDIR)/bootstrap -f html \
	    -o $(CURDIR)/$(PAGE_NODE)/make.html -- make -j2 >/dev/null
	$(Q)node tests/page/drive.cjs pictures $(PAGE_NODE)/make.html docs
