"""Every number by which two names are scored: bands of the contract, and weights that place a score inside them.

The bands and caps come from the contract and decide; no fit may move them. The weights order what is inside a band.
``benchmarks/fit_names.py`` fits them by coordinate search on labelled pairs, each source in turn kept back; its
figures, and the sources, are in ``benchmarks/README.md``. They were rounded, and kept where a fit gained nothing on
the sources that it had not seen.
"""

from __future__ import annotations

from typing import Final

# Bands. Contract: 99 equal after normalization, 95-98 a generational suffix on one side, 90-94 one typo, a nickname or
# a dropped second surname, 85-89 strong, 70-84 two such differences, 50-69 a relative or a contradiction.
NORMALIZED: Final = 99
GENERATION_MISSING: Final = 97  # Andrew Smith, Andrew Smith Jr.
STRONG: Final = 89
# Also a firm's name with a branch, a place or another word more: sister companies have such names.
TWO_DIFFERENCES: Final = 84
SHORTER_OF_TWO: Final = 82  # Rosa Maria of Rosa Maria Castillo: the shorter name has no surname
HALF: Final = 80  # half of the middle and of the end is missing
# Who is meant is likely, but a part is missing that would say so; our choice, low in the band 70-84.
DOUBTFUL: Final = 74
GENERATION_CONFLICT: Final = 72  # father and son are two people, but a wrong suffix is a common slip; our choice
RELATIVE: Final = 69
OTHER_PERSON: Final = 62  # the order of a name with bin or ibn makes son and father; John S is not John Smith

# How alike two words are, by what joins them; half of what is missing to 1 is lost from a two-word name. Contract: a
# nickname is 94 and a typo in nine letters 93. Two spellings of one sound are nearer than a nickname; a woman's form of
# a surname and two surnames that look alike are a difference of the band 70-84.
EQUAL: Final = 1.0
JOINED: Final = 0.98
SPELLING: Final = 0.94
NICKNAME: Final = 0.9
CUT: Final = 0.82  # cut off at a line's end after four letters: no nearer than one typing error
SHARED_FULL: Final = 0.8
ROMANISATION: Final = 0.74
TWO_FLAWS: Final = 0.7
NEAR_SPELLING: Final = 0.7
TWO_TYPOS: Final = 0.7
GENDERED: Final = 0.66
NEAR_SURNAME: Final = 0.62
LENIENT: Final = 0.4  # share of letters that may differ in one word where every other word agrees and two are equal

# Points of 100 that a whole word is worth: a first or last one, one in between.
OUTER: Final = 50
INNER: Final = 25

# Points lost by what is left out or stands elsewhere.
SURNAME_DROPPED: Final = 7  # contract: 90-94 where part of the Spanish surnames is missing; 99 - 7 = 92
# A first name; more where only two words agree.
GIVEN_DROPPED: Final = 10
GIVEN_DROPPED_OF_TWO: Final = 18
MIDDLE_DROPPED: Final = 3  # each middle name after the first
OTHER_ORDER: Final = 8  # neither turned around nor family-first: Mary Jane Doe, Jane Mary Doe

# What two names with words left over on both sides are worth, and what a word that is nearly alike adds to that.
MIDDLE_CONFLICT: Final = 66
NAME_CONFLICT: Final = 56
NAME_NEAR: Final = 12
GIVEN_CONFLICT: Final = 52
GIVEN_NEAR: Final = 8
FAMILY_CONFLICT: Final = 35
FAMILY_NEAR: Final = 12
RARE: Final = 5  # a surname that one in ten thousand has says this much more than one that one in a hundred has
# One word of a longer name; a surname says more.
FRAGMENT_FAMILY: Final = 62
FRAGMENT_GIVEN: Final = 57
INITIAL: Final = 77  # an initial with a surname; published: a close match

# Firms: what a word of each kind proves against a distinctive one's 1; a generic word that differs still tells two
# firms apart.
KINDS: Final = {"distinct": 1.0, "generic": 0.4, "place": 0.5, "number": 1.0, "seat": 0.2}
# Distinctive words of few letters, and long ones that are nobody's name.
SHORT_WORD: Final = 0.8
TELLING_WORD: Final = 1.25
# A word against another costs its weight, a word left out a fifth of it.
FIRM_CONTRADICTION: Final = 1.0
FIRM_OMISSION: Final = 0.21
ONE_GENERIC_MISSING: Final = 92
GENERIC_MISSING: Final = 88
ONE_OF_MANY_MISSING: Final = 86
ACRONYM: Final = 83
TWO_OF_MANY_DIFFER: Final = 79
FIRM_SPELLING: Final = 0.95
BEGINNING: Final = 0.9
ABBREVIATION: Final = 0.85
SHORT_BEGINNING: Final = 0.7
