# Catalogues: po/odus.pot from the sources, po/LANGUAGE.po by people,
# $(B)/locale/LANGUAGE/LC_MESSAGES/odus.mo for the program.
SOURCES := $(sort $(wildcard src/*.c src/*/*.[ch] include/odus/*/*.h))
TRANSLATED := $(SOURCES) $(sort $(wildcard include/odus/*/*.def))
LANGUAGES := $(shell cat po/LINGUAS)
CATALOGUES := $(LANGUAGES:%=$(B)/locale/%/LC_MESSAGES/odus.mo)

# File names without line numbers: a catalogue changes when a text does.
XGETTEXT = xgettext --language=C --from-code=UTF-8 --force-po --sort-by-file \
	--keyword --keyword=_ --keyword=N_ --keyword=ngettext:1,2 \
	--add-location=file --add-comments=TRANSLATORS: \
	--package-name=odus --package-version=$(VERSION) \
	--copyright-holder='the authors of OduS Saisie' --msgid-bugs-address='see README.md'

$(B)/locale/%/LC_MESSAGES/odus.mo: po/%.po
	@mkdir -p $(@D)
	$(call Q,MO)msgfmt -o $@ $<

# What po/odus.pot should be now; lint compares.
$(B)/odus.pot: $(TRANSLATED)
	@mkdir -p $(@D)
	@$(XGETTEXT) -o $@ $(TRANSLATED)

.PHONY: po-update
po-update: $(B)/odus.pot
	cp $(B)/odus.pot po/odus.pot
	for l in $(LANGUAGES); do \
		msgmerge --quiet --update --backup=none --no-fuzzy-matching \
			--add-location=file po/$$l.po po/odus.pot || exit 1; done
