# SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
#
# Packages, the image, and the files that they install besides the program.
#
# Needs   what `make fleet-deps` installs
# Gives   deb, rpm, oci, install-service
# Yours   PREFIX, DESTDIR, UNITDIR
#
#: make deb, make rpm    builds the package bootstrap-trace in .output/dist
#: make oci              builds the image for amd64 and arm64 in .output/dist
#: make install-service  installs the systemd units, disabled, and their files to PREFIX below DESTDIR

UNITDIR ?= $(PREFIX)/lib/systemd/system
# The defaults file is for Debian; in the RPM it is /etc/sysconfig/bootstrap-trace.
DEFAULTS ?= /etc/default
FLEET_SHARE = $(DESTDIR)$(PREFIX)/share/bootstrap-trace

.PHONY: deb rpm oci install-service
deb:
	packaging/deb $(VERSION) $(OUTPUT)/dist
rpm: dist
	packaging/rpm/build $(VERSION) $(OUTPUT)/dist
oci: all
	tests/vm/build amd64
	tests/vm/build arm64
	packaging/oci/build $(VERSION) $(OUTPUT)/dist

install-service:
	install -D -m 644 packaging/systemd/bootstrap-trace.default $(DESTDIR)$(DEFAULTS)/bootstrap-trace
	install -d $(DESTDIR)$(UNITDIR) $(FLEET_SHARE)
	for unit in packaging/*/*.service packaging/*/*.timer; do \
	    sed 's,/usr/,$(PREFIX)/,' $$unit > $(DESTDIR)$(UNITDIR)/$${unit##*/} && \
	    chmod 644 $(DESTDIR)$(UNITDIR)/$${unit##*/} || exit 1; done
	cd packaging && for file in systemd/file.* metrics/*.jq metrics/textfile $(patsubst packaging/%,%,$(wildcard packaging/schema/* packaging/pipelines/*/* packaging/oci/seccomp.json packaging/kubernetes/*)); do \
	    mode=644; [ ! -x $$file ] || mode=755; \
	    install -D -m $$mode $$file $(FLEET_SHARE)/$$file || exit 1; done
