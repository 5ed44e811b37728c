"""Every number by which two names are scored: bands of the contract, and weights that place a score inside them.

The bands and caps come from the contract and decide; no fit may move them. The weights order what is inside a band.
``benchmarks/fit_names.py`` fits them by coordinate search on labelled pairs, each source in turn kept back; its
figures, and the sources, are in ``benchmarks/README.md``. They were rounded, and kept where a fit gained nothing on
the sources that it had not seen.
"""

from __future__ import annotations

# Bands. Contract: 99 equal after normalization, 95-98 a generational suffix on one side, 90-94 one typo, a nickname or
# a dropped second surname, 85-89 strong, 70-84 two such differences, 50-69 a relative or a contradiction.
NORMALIZED = 99
GENERATION_MISSING = 97  # Andrew Smith, Andrew Smith Jr.
STRONG = 89
TWO_DIFFERENCES = 84  # also a firm's name with a branch, a place or another word more: sister companies have such names
SHORTER_OF_TWO = 82  # Rosa Maria of Rosa Maria Castillo: the shorter name has no surname
HALF = 80  # half of the middle and of the end is missing
DOUBTFUL = 74  # who is meant is likely, but a part is missing that would say so; our choice, low in the band 70-84
GENERATION_CONFLICT = 72  # father and son are two people, but a wrong suffix is a common slip; our choice
RELATIVE = 69
OTHER_PERSON = 62  # the order of a name with bin or ibn makes son and father; John S is not John Smith

# How alike two words are, by what joins them; half of what is missing to 1 is lost from a two-word name. Contract: a
# nickname is 94 and a typo in nine letters 93. Two spellings of one sound are nearer than a nickname; a woman's form of
# a surname and two surnames that look alike are a difference of the band 70-84.
EQUAL = 1.0
JOINED = 0.98
SPELLING = 0.94
NICKNAME = 0.9
CUT = 0.82  # cut off at a line's end after four letters: no nearer than one typing error
SHARED_FULL = 0.8
ROMANISATION = 0.74
TWO_FLAWS = 0.7
NEAR_SPELLING = 0.7
TWO_TYPOS = 0.7
GENDERED = 0.66
NEAR_SURNAME = 0.62
LENIENT = 0.4  # share of letters that may differ in one word where every other word agrees and two are equal

# Points of 100 that a whole word is worth: a first or last one, one in between.
OUTER, INNER = 50, 25

# Points lost by what is left out or stands elsewhere.
SURNAME_DROPPED = 7  # contract: 90-94 where part of the Spanish surnames is missing; 99 - 7 = 92
GIVEN_DROPPED, GIVEN_DROPPED_OF_TWO = 10, 18  # a first name; more where only two words agree
MIDDLE_DROPPED = 3  # each middle name after the first
OTHER_ORDER = 8  # neither turned around nor family-first: Mary Jane Doe, Jane Mary Doe

# What two names with words left over on both sides are worth, and what a word that is nearly alike adds to that.
MIDDLE_CONFLICT = 66
NAME_CONFLICT, NAME_NEAR = 56, 12
GIVEN_CONFLICT, GIVEN_NEAR = 52, 8
FAMILY_CONFLICT, FAMILY_NEAR = 35, 12
RARE = 5  # a surname that one in ten thousand has says this much more than one that one in a hundred has
FRAGMENT_FAMILY, FRAGMENT_GIVEN = 62, 57  # one word of a longer name; a surname says more
INITIAL = 77  # an initial with a surname; published: a close match

# Firms: what a word of each kind proves against a distinctive one's 1; a generic word that differs still tells two
# firms apart.
KINDS = {"distinct": 1.0, "generic": 0.4, "place": 0.5, "number": 1.0, "seat": 0.2}
SHORT_WORD, TELLING_WORD = 0.8, 1.25  # distinctive words of few letters, and long ones that are nobody's name
FIRM_CONTRADICTION, FIRM_OMISSION = 1.0, 0.21  # a word against another costs its weight, a word left out a fifth of it
ONE_GENERIC_MISSING, GENERIC_MISSING, ONE_OF_MANY_MISSING = 92, 88, 86
ACRONYM = 83
TWO_OF_MANY_DIFFER = 79
FIRM_SPELLING, BEGINNING, ABBREVIATION, SHORT_BEGINNING = 0.95, 0.9, 0.85, 0.7
