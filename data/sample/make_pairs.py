"""Make labelled pairs of identities: what a user typed, one owner a bank holds, and whether the two are the same.

    python data/sample/make_pairs.py [--check]

Writes ``pairs.jsonl`` beside this file; ``--check`` writes nothing and exits 1 where the file is another. One JSON
object a line: ``id``; ``field``, always ``identity``; ``source``, always ``sample``; ``a``, the user; ``b``, the owner;
``match``; ``kind``, how the sides differ or why the other one was chosen; ``group``, the name culture of the user.

A match agrees in a phone number, a mailbox or an address besides the name. A non-match has another name that cannot be
a way of writing the first, or the same common name and nothing else. Names are drawn from short lists, numbers from
the ranges kept free for fiction (NANP 555-01xx, Ofcom's for drama; India has none, so its rows have no number),
mailboxes under example.com, .net and .org, streets and firms from invented words: nobody is meant. The lists are our
own and no shipped table is read, so the library is not measured on what it knows, and a table may change alone.
"""

from __future__ import annotations

import argparse
import json
import sys
import unicodedata
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SEED = 20
LETTERS = "abcdefghijklmnopqrstuvwxyz"
NOBODY = ("", "", "", "")
TARGET = Path(__file__).with_name("pairs.jsonl")
MEMBERS = {"phone_number": "phone_numbers", "email_address": "emails", "address": "addresses"}

# Group: given names of men; of women; family names. The first four of each are the commonest.
CULTURES = {
    "african": """Kwame Kofi Mamadou Babatunde Oluwaseun Chukwuemeka Oluwafemi Adekunle Tesfaye Sipho Juma Olumide;
        Ngozi Abena Amina Aminata Temitope Ifeoma Olufunke Chinonso Wanjiku Thandiwe Folasade Adaeze;
        Mensah Okafor Diallo Adebayo Nwosu Ogunleye Kamau Abebe Dlamini Owusu Onyekachi Adeyemi Balogun""",
    "anglo": """James Robert Michael William Thomas Matthew Joseph Andrew Kenneth Timothy Edward Gregory Benjamin;
        Jennifer Elizabeth Susan Margaret Katherine Patricia Rebecca Deborah Victoria Abigail Pamela Cynthia Judith;
        Smith Miller Turner Parker Whitaker Richardson Cunningham Hendricks Blackwood McAllister O'Donnell Pemberton
        Kirkpatrick Featherstone Abernathy Holloway""",
    "arabic": """Mohammed Ahmed Omar Khaled Yousef Tareq Mahmoud Ibrahim Abdelrahman Samir Karim Faisal;
        Fatima Aisha Mariam Nour Leila Huda Zeinab Yasmin Salma Amal Hanan Dalia;
        Hassan Haddad Khoury Saleh Sabbagh Al-Sayed Al-Khatib El-Masri Qasim Barakat Abboud Al-Najjar Shaheen""",
    "chinese": """Wei Jun Jianguo Haoran Zhiming Guoqiang Yongjun Weidong Minghua Shaofeng;
        Jing Yan Xiaoling Meihua Yuting Lijuan Xiuying Huifang Yanfei Qiuyue;
        Wang Li Zhang Chen Liu Huang Zhao Zhou Xu Sun Zheng Liang""",
    "european": """Hans Jan Pierre Lars Giovanni Stefan Henrik Guillaume Matteo Andreas;
        Anna Sophie Giulia Ingrid Claire Francesca Annika Margarethe Camille Birgit;
        Schmidt Rossi Dubois Jansen Bergstrom Hoffmann Lindqvist Montanari Vandenberg Fontaine Kristensen
        Baumgartner""",
    "hispanic": """Jose Luis Carlos Miguel Francisco Ignacio Enrique Roberto Fernando Eduardo Rafael Sebastian;
        Maria Ana Rosa Guadalupe Dolores Mercedes Alejandra Consuelo Veronica Gabriela Beatriz Esperanza;
        Garcia Hernandez Martinez Lopez Dominguez Villanueva Castellanos Figueroa Escobedo Santillan Montemayor
        Bustamante Arredondo Quintanilla""",
    "indian": """Rajesh Sanjay Suresh Anand Vikram Venkatesh Balakrishnan Siddharth Harpreet Arjun Prakash;
        Anjali Sunita Kavita Lakshmi Priyanka Deepika Meera Nandini Shreya Geetha Radhika;
        Sharma Patel Singh Gupta Reddy Iyer Mukherjee Chaudhary Krishnamurthy Deshpande Bhattacharya Nair
        Venkataraman""",
    "korean": """Minjun Jihoon Sungmin Hyunwoo Donghyun Youngsoo Jaesung Kyungho;
        Jiyoung Eunji Seoyeon Soojin Hyejin Haeun Mikyung Boram;
        Kim Lee Park Choi Jung Kang Yoon Cho Lim Shin Kwon""",
    "portuguese": """Joao Antonio Paulo Marcelo Eduardo Rodrigo Mauricio Otavio Gustavo Renato;
        Ana Fernanda Juliana Patricia Gabriela Beatriz Luciana Isabel Camila Leticia;
        Silva Santos Oliveira Pereira Nascimento Cavalcanti Figueiredo Albuquerque Vasconcelos Teixeira Monteiro""",
    "slavic": """Ivan Aleksandr Dmitri Sergei Mikhail Andrei Yevgeny Pavel Nikolai Viktor Maksim;
        Maria Olga Natalia Tatiana Ekaterina Anastasia Yulia Irina Galina Vera Zoya;
        Ivanov Petrov Kuzmin Bondarenko Kravtsov Voronin Zaytsev Yermakov Tikhomirov Belyakov Kowalczyk""",
    "vietnamese": """Minh Tuan Hung Duc Long Phuc Khanh Quang Hieu Son;
        Huong Lan Mai Thuy Linh Hanh Trang Phuong Yen Nhung;
        Nguyen Tran Le Pham Hoang Vu Dang Bui Do Ngo Duong""",
}
_LISTS = {group: [part.split() for part in names.split(";")] for group, names in CULTURES.items()}
GIVEN = {group: {"m": men, "f": women} for group, (men, women, _) in _LISTS.items()}
FAMILY = {group: families for group, (_, _, families) in _LISTS.items()}
MIDDLE = {  # of men; of women; elsewhere a second given name, or the father's
    "slavic": ("Ivanovich Sergeyevich Petrovich Nikolayevich", "Ivanovna Sergeyevna Petrovna Nikolayevna"),
    "vietnamese": ("Van Quoc Huu Xuan", "Thi Ngoc Thu Kim"),
}
FATHERS = ("arabic", "indian")  # whose middle name is the father's
PEOPLE = tuple(CULTURES)
NO_MIDDLE = ("chinese", "korean")
KEEPS_NAME = ("arabic", "chinese", "hispanic", "korean", "vietnamese")  # a wife seldom takes her husband's name
NICKNAMES = {
    "african": "Oluwaseun=Seun Chukwuemeka=Emeka Oluwafemi=Femi Babatunde=Tunde Temitope=Temi Olufunke=Funke",
    "anglo": "Robert=Bob William=Bill Margaret=Peggy Elizabeth=Liz Katherine=Kate Edward=Ted Rebecca=Becky James=Jim",
    "arabic": "Mohammed=Mo Abdelrahman=Abdo",
    "european": "Giovanni=Gianni Francesca=Franca Margarethe=Grete",
    "hispanic": "Francisco=Paco Jose=Pepe Guadalupe=Lupe Ignacio=Nacho Dolores=Lola Eduardo=Lalo Consuelo=Chelo",
    "indian": "Rajesh=Raj Siddharth=Sid Venkatesh=Venkat Balakrishnan=Bala Priyanka=Priya",
    "portuguese": "Antonio=Toninho Gabriela=Gabi Beatriz=Bia Eduardo=Dudu Fernanda=Nanda Francisco=Chico",
    "slavic": "Aleksandr=Sasha Dmitri=Dima Ekaterina=Katya Mikhail=Misha Tatiana=Tanya Yevgeny=Zhenya Natalia=Natasha",
}
# Two given names of one family that are near each other and not one name.
NEAR = {
    "african": "Chidi=Chike Ngozi=Nkechi Kofi=Kojo Adebola=Adebisi",
    "anglo": "Ethan=Evan Brian=Ryan Emily=Emma Kayla=Kylie",
    "arabic": "Hassan=Hussein Samir=Samira Hana=Huda Jamal=Jamila",
    "chinese": "Wei=Wen Jiaxin=Jiaxuan Xiaoling=Xiaolan Guoqing=Guoping",
    "european": "Erik=Erika Karl=Karla Julien=Julie Luisa=Lena",
    "hispanic": "Maria=Marina Adrian=Adriana Luis=Luisa Mario=Mauro",
    "indian": "Anil=Sunil Sunita=Anita Rakesh=Rajesh Kavya=Kavita",
    "korean": "Minjun=Minji Jiwoo=Jiwon Seojun=Seojin Eunji=Eunha",
    "portuguese": "Paulo=Paula Mariana=Mariza Renato=Renata Caio=Cauan",
    "slavic": "Alina=Arina Anton=Artem Oleg=Olga Daria=Maria",
    "vietnamese": "Hong=Hoang Minh=Manh Thanh=Thang Linh=Loan",
}
SPELLINGS = {  # one name as the user and as the bank spells it
    "african": "Tesfaye Yohannes=TESFAY YOHANNIS|Kweku Mensah=KWAKU MENSAH|Abdullahi Warsame=CABDULLAAHI WARSAME",
    "arabic": """Mohammed Haddad=MUHAMMAD HADDAD|Yousef Al-Khatib=YUSUF ALKHATEEB|Khaled Qasim=KHALID KASSEM
        |Fatima El-Masri=FATIMAH ALMASRY|Aisha Saleh=AYESHA SALIH|سمير حداد=SAMIR HADDAD|كريم صالح=KARIM SALEH""",
    "chinese": """Zhiming Zhang=CHIH-MING CHANG|Xiaoling Xu=HSIAO-LING HSU|Jianguo Cai=CHIEN-KUO TSAI
        |Wenjun Chen=CHAN WENJUN|张志明=ZHIMING ZHANG|陈国强=CHEN GUOQIANG|刘美华=MEIHUA LIU""",
    "indian": """Lakshmi Chaudhary=LAXMI CHOWDHURY|Geetha Iyer=GITA AIYAR|Srinivas Mukherjee=SREENIVAS MUKERJI
        |Vijay Subramanian=VIJAI SUBRAMANYAN|राजेश शर्मा=RAJESH SHARMA|सुनीता गुप्ता=SUNITA GUPTA""",
    "korean": """Minjun Lee=YI MIN JOON|Jungho Park=JEONG-HO PAK|Hyunwoo Choi=HYEON WOO CHOE|Eunji Jung=EUN JI JEONG
        |김서연=SEOYEON KIM|박경호=PARK KYUNGHO""",
    "slavic": """Sergei Zaytsev=SERGEY ZAITSEV|Yulia Yermakova=IULIIA ERMAKOVA|Dmitri Kovalyov=DMITRY KOVALEV
        |Aleksandr Yurchenko=ALEXANDER IURCHENKO|Юлия Кравцова=YULIA KRAVTSOVA|Павел Воронин=PAVEL VORONIN""",
}
ACCENTED = {
    "african": "Olúṣẹ́gun Adéyẹmí|Fọlákẹ́ Ògúnlẹ́yẹ|Aïssatou Diallo|Koffi Kouamé",
    "european": "Jürgen Müller|François Lefèvre|Søren Kjær|Åsa Bergström|Ondřej Dvořáček|Zoë Grünwald",
    "hispanic": "José Ángel Muñoz|María Núñez Ibáñez|Lucía Peña Domínguez|Raúl Cárdenas Güemes|Íñigo Echeverría",
    "portuguese": "João Conceição|Otávio Magalhães|Luísa Simões|Gonçalo Araújo|Inês Brandão Falcão",
    "slavic": "Łukasz Wójcicki|Małgorzata Wiśniewska|Bořek Růžička|Željka Marković|Šimon Kováčik",
    "vietnamese": "Nguyễn Thị Hương|Trần Văn Đức|Lê Thu Thủy|Phạm Quốc Dũng|Đỗ Ngọc Yến",
}
ENGLISH = {"f": "Grace Amy Helen Lily", "m": "David Kevin Jason Peter"}
WORDS = {
    "street": """Alder Birchwood Cranberry Dogwood Fernridge Hollyhock Juniper Larkspur Mulberry Nettlewood Orchard
        Pinecrest Quarry Rosewood Sandpiper Thistle Umber Vineyard Wheatfield Yarrow Copperfield Millbrook""",
    "type": """Street/ST Avenue/AVE Road/RD Lane/LN Boulevard/BLVD Drive/DR Court/CT Place/PL Terrace/TER Circle/CIR
        Parkway/PKWY""",
    "brand": """Larkmoor Fernhollow Tidemallow Quillmark Marrowfield Ninefold Saltbrook Hazelcombe Duskwater Brindlewood
        Kestrelfork Copperlantern Wrenhaven Ottersby Palefrost""",
    "trade": "Plumbing Dental Logistics Landscaping Bakery Consulting Roofing Catering Veterinary Flooring Printing",
    # Country, city, code of the region, its name, beginnings of postal codes, area code.
    "place": """US|Boise|ID|Idaho|83702 83704 83706|208;US|Reno|NV|Nevada|89501 89502 89509|775
;US|Spokane|WA|Washington|99201 99203 99205|509;US|Fresno|CA|California|93701 93704 93711|559
;US|Omaha|NE|Nebraska|68102 68104 68132|402;US|Tulsa|OK|Oklahoma|74103 74105 74114|918
;US|Wichita|KS|Kansas|67202 67203 67208|316;US|Des Moines|IA|Iowa|50309 50310 50312|515
;US|Madison|WI|Wisconsin|53703 53704 53711|608;US|Toledo|OH|Ohio|43604 43606 43615|419
;US|Rochester|NY|New York|14604 14607 14620|585;US|Hartford|CT|Connecticut|06103 06105 06106|860
;US|Providence|RI|Rhode Island|02903 02906 02908|401;US|Portland|ME|Maine|04101 04102 04103|207
;US|Worcester|MA|Massachusetts|01602 01604 01609|508;US|Newark|NJ|New Jersey|07102 07104 07107|973
;US|Norfolk|VA|Virginia|23502 23505 23517|757;US|Greenville|SC|South Carolina|29601 29605 29607|864
;US|Savannah|GA|Georgia|31401 31404 31405|912;US|Tallahassee|FL|Florida|32301 32303 32308|850
;US|Mobile|AL|Alabama|36602 36604 36608|251;US|Lafayette|LA|Louisiana|70501 70503 70506|337
;US|El Paso|TX|Texas|79901 79902 79912|915;US|San Jose|CA|California|95112 95123 95128|408
;US|Fort Wayne|IN|Indiana|46802 46805 46815|260;US|Grand Rapids|MI|Michigan|49503 49505 49506|616
;CA|Toronto|ON|Ontario|M4K M6G|416;CA|Calgary|AB|Alberta|T2N T3E|403;CA|Halifax|NS|Nova Scotia|B3H B3K|902
;GB|London||England|SE15 SW12|20;GB|Leeds||England|LS6 LS8|113;GB|Manchester||England|M14 M20|161
;IN|Pune|MH|Maharashtra|4110|;IN|Bengaluru|KA|Karnataka|5600|;IN|Chennai|TN|Tamil Nadu|6000|""",
}
STREETS, BRANDS, TRADES = (WORDS[name].split() for name in ("street", "brand", "trade"))
TYPES = [pair.split("/") for pair in WORDS["type"].split()]  # those of every country come first
PLACES = [[part.strip() for part in line.split("|")] for line in WORDS["place"].split(";")]
FORMS = {"LLC": "L.L.C.", "Inc.": "INCORPORATED", "Corp.": "CORPORATION", "Ltd.": "LIMITED"}

PAIRS = {"nickname": NICKNAMES, "other-spelling": SPELLINGS, "diacritics": ACCENTED, "twins": NEAR, "near-name": NEAR}
GROUPS = {
    "people": PEOPLE,
    "everyone": (*PEOPLE, "business"),
    "middle": tuple(group for group in PEOPLE if group not in NO_MIDDLE),
    "long": (*(group for group in PEOPLE if group not in NO_MIDDLE), "business"),
    "takes-name": tuple(group for group in PEOPLE if group not in KEEPS_NAME),
    "family-first": ("chinese", "korean", "vietnamese"),
    "juniors": ("african", "anglo", "hispanic"),
    "fathers": FATHERS,
}

USER_PHONES = ("+1 {1} {2} {3}", "({1}) {2}-{3}", "{1}-{2}-{3}", "{1}{2}{3}"), ("+44 {1} {2} {3}", "0{1} {2} {3}")
OWNER_PHONES = ("{1}{2}{3}", "+1{1}{2}{3}", "1{1}{2}{3}", "{1}-{2}-{3}"), ("+44{1}{2}{3}", "0{1}{2}{3}")

# A line: kind; groups; rows; who the owner is; words for what the sides share and how they write it (CHANGES), "us" no
# address abroad, "whole" nothing left out; after a bar the names, typed => held, choices between semicolons. Of either
# side f is the full name, p given and family name, l family name first; g given, m middle and s family name, j and i
# initials; n another family name, e an English given name; k and o the two of PAIRS; r the partner, h her given name,
# u the user; b, t, x brand, trade and legal form of a firm, y the form at length, d another firm without a form.
MATCHES = """
capitals everyone 8 self phone mail home | {f} => {loud}
comma-form people 8 self phone mail home | {f} => {l}
family-first people 8 self phone mail home | {p} => {s} {g}
middle-left-out middle 8 self phone mail home | {g} {m} {s} => {p} ; {p} => {g} {m} {s}
middle-initial middle 8 self phone mail home | {g} {m} {s} => {g} {i} {s}
initial-for-given people 8 self phone mail home | {p} => {j} {s} ; {j}. {s} => {p}
title-on-one-side people 6 self phone mail home | {p} => {title} {p}
suffix-on-one-side juniors 6 self phone mail home | {p} => {p} JR ; {p} => {p} III
line-cut long 10 self phone mail home | {g} {m} {s} => {cut}
nickname nickname 12 self phone mail home | {o} {s} => {f} ; {o} {s} => {l} ; {f} => {o} {s}
other-spelling other-spelling 15 self phone mail home | {k} => {o}
diacritics diacritics 10 self phone mail home | {k} => {o}
two-surnames hispanic 4 self phone mail home | {g} {s} {n} => {p} ; {p} => {g} {s} {n}
two-surnames portuguese 4 self phone mail home | {g} {n} de {s} => {p} ; {g} {n} {s} => {p} ; {p} => {g} {n} {s}
adopted-name family-first 6 self phone mail home | {e} {g} {s} => {s} {g}
married-name takes-name 8 self phone mail home | {p}-{n} => {p} ; {g} {n} => {g} {s}-{n} ; {p}-{n} => {p} {n}
name-changed takes-name 6 self phone mail home whole | {g} {m} {n} => {g} {m} {s}
typo-in-name people 11 self phone mail home | {typo} => {p}
joint-account people 12 self phone mail home | {f} => {p} OR {r} ; {f} => {r} OR {p} ; {f} => {p} AND {r} JTWROS ;
  {f} => {r} & {p} JT TEN ; {f} => {p} / {r} ; {f} => {g} & {h} {s} ; {f} => {h} & {g} {s}
payable-on-death people 8 self phone mail home | {f} => {p} POD {r} ; {f} => {f} ITF {r} ; {f} => {p} TOD {r}
sole-trader people 6 self phone mail home | {p} => {p} DBA {d}
street-words everyone 8 self phone mail home direction us whole
unit-written everyone 10 self phone mail home unit-form whole
phone-written everyone 8 self phone mail home phone-form us whole
fields-missing everyone 12 self phone mail home less whole | {p} => {p} ; {f} => {f}
one-of-several everyone 8 self phone mail home more whole | {p} => {p}
moved everyone 12 self away phone mail
new-email everyone 9 self phone home
new-phone everyone 9 self mail home
moved-and-new-email middle 7 self away phone | {g} {m} {s} => {g} {m} {s}
typo-in-street everyone 8 self phone mail street-slip
typo-in-email people 7 self phone mail-slip home
typo-in-phone everyone 7 self digit mail home
plus-tag people 8 self phone tag home
post-box people 7 self phone mail home box us whole
several-at-once people 9 self tag home unit-form | {p} => {j} {m} {s} ; {typo} => {l} ; {f} => {r} OR {j} {s}
legal-form business 7 self phone mail home | {b} {t} {x} => {b} {t} {y}
legal-form-left-out business 6 self phone mail home | {b} {t} => {b} {t} {x}
trade-name business 6 self phone mail home | {b} {t} => {d} LLC DBA {b} {t}
word-shortened business 6 self phone mail home | {b} {t} Services {x} => {b} {t} SVCS {x} ;
  {b} International {x} => {b} INTL {x} ; {b} and Partners {x} => {b} & PARTNERS {x} ; {b} Associates => {b} ASSOC
"""
OTHERS = """
relative people 14 kin home
relative-one-phone people 14 kin home phone
father-and-son juniors 9 self home whole | {p} Sr => {p} JR ; {p} Jr. => {p} SR ; {p} II => {p} III ; {p} III => {p} JR
father-and-son-one-phone juniors 6 self home phone whole | {p} Sr => {p} JR ; {p} Jr. => {p} SR ; {p} III => {p} SR
father-with-his-name fathers 6 father home us whole | {f} => {p}
twins people 13 near home whole | {p} => {p}
spouse people 12 partner home
spouse-one-mailbox people 11 partner phone family-mail home
owners-of-the-household people 11 kin home phone | {f} => {p} OR {r} ; {f} => {p} / {r} ; {f} => {g} & {h} {s}
heir people 11 kin home us whole | {f} => {p} POD {u} ; {f} => {p} ITF {u} ; {f} => {p} TOD {u}
flatmates people 12 stranger home
other-unit people 11 stranger other-unit
neighbours people 11 stranger next-door
namesake people 22 self away us whole | {p} => {p} ; {p} => {s} {g} ; {p} => {l}
near-name people 13 near us whole | {p} => {p} ; {p} => {l}
same-surname-and-city people 12 kin
recycled-phone people 12 stranger phone
near-phone people 8 stranger digit
look-alike-email people 12 kin away look-alike us whole
same-postal-code people 8 stranger code
same-street-elsewhere people 8 stranger street-away
same-given-name people 8 same-given
unrelated people 12 stranger away
employee people 8 firm phone office us
firm-of-that-surname people 11 surname-firm us
sister-company business 9 sister home whole
similar-company business 9 sister away whole
firm-namesake business 8 self away whole | {b} {t} {x} => {b} {t} {x} ; {b} {t} {x} => {b} {t} {y}
firm-of-that-trade business 7 competitor
same-office business 8 firm home
"""


class Home(NamedTuple):
    """An address by what its writers choose from; unit and region may be empty."""

    number: int
    street: str
    kind: int
    mark: str
    unit: str
    code: str
    place: list[str]


class Person(NamedTuple):
    """A person, or a firm, whose whole name is then the family name; a place without fictional numbers has no phone."""

    group: str
    sex: str
    given: str
    middle: str
    family: str
    phone: tuple[str, ...]
    mail: str
    home: Home


class Sides(NamedTuple):
    """Who types and who is on file; where it matters also the very texts: name, names, street lines, numbers."""

    a: Person
    b: Person
    name: str = ""
    names: tuple[str, ...] = ()
    streets: tuple[str, str] = ("", "")
    phones: tuple[str, str] = ("", "")


# What people, firms and places are made of.


def _plain(text: str) -> str:
    flat = unicodedata.normalize("NFKD", text.translate(str.maketrans("đĐłŁøØ", "dDlLoO")))
    return "".join(c for c in flat if not unicodedata.combining(c))


def _letters(text: str) -> str:
    return "".join(c for c in _plain(text).lower() if c in LETTERS)


def _home(draw: Random, place: list[str], mark: str = "") -> Home:
    code, country = draw.choice(place[4].split()), place[0]
    if country == "CA":
        code += f" {draw.randint(1, 9)}{draw.choice('ABCEGHJK')}{draw.randint(1, 9)}"
    elif country == "GB":
        code += f" {draw.randint(1, 9)}{draw.choice('ABDEFG')}{draw.choice('HJLNPQ')}"
    elif country == "IN":
        code += f"{draw.randint(1, 40):02d}"
    kind = draw.randrange(len(TYPES)) if country == "US" else draw.randrange(4)
    unit = f"{draw.randint(1, 29)}{draw.choice(('', '', 'A', 'B', 'C'))}" if mark or draw.random() < 0.35 else ""
    mark = mark or ("Apt" if country in ("US", "CA") else "Flat")
    number = draw.randint(3, 4_999 if country == "US" else 180)
    return Home(number, draw.choice(STREETS), kind, mark, unit, code, place)


def _phone(draw: Random, home: Home, old: tuple[str, ...] = NOBODY) -> tuple[str, ...]:
    """Draw a number that no single slip of a finger makes of the old one."""
    country, area = home.place[0], home.place[5]
    while area:
        if country != "GB":
            new = ("1", area, "555", f"01{draw.randrange(100):02d}")
        elif draw.random() < 0.5:
            new = ("44", "7700", "900", f"{draw.randrange(1_000):03d}")
        else:
            new = ("44", area, "7946" if area == "20" else "496", f"0{draw.randrange(1_000):03d}")
        off = [(x, y) for x, y in zip(new[3], old[3], strict=False) if x != y]
        if new[1] != old[1] or len(off) > 2 or (len(off) == 2 and off[0] != off[1][::-1]):
            return new
    return ()


def _mail(draw: Random, p: Person, old: str = "") -> str:
    first, last = _letters(p.given), _letters(_surname(p).rpartition(" ")[2])
    while True:
        local = draw.choice(("{0}.{1}", "{0}{1}{3}", "{2}{1}{3}", "{0}_{1}", "{1}.{0}{3}", "{0}.{1}{3}"))
        domain = draw.choice(("example.com", "example.com", "example.org", "example.net", "mail.example.com"))
        new = f"{local.format(first, last, first[:1], draw.randint(11, 98))}@{domain}"
        if new.partition("@")[0] != old.partition("@")[0]:
            return new


def _telling(draw: Random, p: Person) -> Person:
    """Give a mailbox that tells the whole given name."""
    while _letters(p.given) not in p.mail:
        p = p._replace(mail=_mail(draw, p))
    return p


def _firm(draw: Random, place: list[str], brand: str = "", trade: str = "", tail: str = "") -> Person:
    home, brand, trade = _home(draw, place, "Ste"), brand or draw.choice(BRANDS), trade or draw.choice(TRADES)
    mail = f"{draw.choice(('info', 'office', 'billing'))}@{brand.lower()}{tail}.example.com"
    return Person("business", "", "", "", f"{brand} {trade} {draw.choice(list(FORMS))}", _phone(draw, home), mail, home)


def _someone(draw: Random, group: str, country: str = "US", name: str = "") -> Person:
    """Draw a person or a firm; a name that is given is given name and family name, and either may be empty."""
    place = draw.choice([place for place in PLACES if place[0] == country])
    if group == "business":
        return _firm(draw, place)
    home, sex, (given, _, family) = _home(draw, place), draw.choice("fm"), name.partition(" ")
    sex = next((s for s in "fm" if given in GIVEN[group][s]), sex)
    given, family = given or draw.choice(GIVEN[group][sex]), family or draw.choice(FAMILY[group])
    person = Person(group, sex, given, "", family, _phone(draw, home), "", home)
    return person._replace(mail=_mail(draw, person))


def _middle(draw: Random, p: Person) -> str:
    if p.group in (*NO_MIDDLE, "business"):
        return ""
    names = GIVEN[p.group]["m" if p.group in FATHERS else p.sex]
    names = MIDDLE[p.group][p.sex == "f"].split() if p.group in MIDDLE else names
    return draw.choice([name for name in names if name[:3] != p.given[:3] and name != p.family])


def _surname(p: Person) -> str:
    feminine = p.group == "slavic" and p.sex == "f" and p.family.endswith(("ov", "ev", "in"))
    return p.family + "a" * feminine


def _full(p: Person) -> str:
    return " ".join(filter(None, (p.given, p.middle, _surname(p))))


def _short(p: Person) -> str:
    return f"{p.given} {_surname(p)}".strip()


def _listed(p: Person) -> str:
    return f"{_surname(p)}, {p.given} {p.middle[:1]}".strip()


def _other(draw: Random, p: Person, *, kin: bool, sex: str = "", given: str = "") -> Person:
    """Draw somebody else of the same place; mailbox, number and home are others."""
    sex = sex or draw.choice("fm")
    given = given or draw.choice([x for x in GIVEN[p.group][sex] if x[:3] != p.given[:3] and x != p.middle])
    family = p.family if kin else draw.choice([x for x in FAMILY[p.group] if x[:3] != p.family[:3]])
    home = _home(draw, p.home.place)
    person = Person(p.group, sex, given, "", family, _phone(draw, home, p.phone or NOBODY), "", home)
    return person._replace(mail=_mail(draw, person, p.mail))


def _partner(draw: Random, p: Person) -> Person:
    return _other(draw, p, sex="fm"[p.sex == "f"], kin=p.group not in KEEPS_NAME)


def _slip(draw: Random, word: str) -> str:
    """Make one slip of a finger behind the first letter: two letters turned, one left out, doubled or another."""
    made = word
    while made == word:
        i = draw.randrange(1, len(word) - 1)
        x, y, rest = word[i], word[i + 1], word[i + 2 :]
        if f"{x}{y}".isalpha():
            made = word[:i] + draw.choice((y + x, y, x + x + y, draw.choice("aeiorst") + y)) + rest
    return made


# How the two sides write what they know.


def _line(home: Home, *, short: bool = False, mark: str | None = None, late: bool = False) -> str:
    street = f"{home.number} {home.street} {TYPES[home.kind][short]}"
    if not home.unit:
        return street
    unit = f"{home.mark if mark is None else mark} {home.unit}".replace("# ", "#")
    return f"{street} {unit}" if home.mark != "Flat" or late else f"{unit}, {street}"


def _user(draw: Random, s: Sides) -> dict[str, Any]:
    p, (country, city, region, name, _, _) = s.a, s.a.home.place
    forms = USER_PHONES[country == "GB"]
    written = s.name or _full(p)
    return {
        "legal_name": written.lower() if draw.random() < 0.08 else written,
        "phone_number": s.phones[0] or (draw.choice(forms).format(*p.phone) if p.phone else None),
        "email_address": p.mail,
        "address": {
            "street": s.streets[0] or _line(p.home, short=draw.random() < 0.3),
            "city": city,
            "region": name if draw.random() < 0.2 and country != "GB" else region or None,
            "postal_code": p.home.code,
            "country": country,
        },
    }


def _owner(draw: Random, s: Sides) -> dict[str, Any]:
    p, (country, city, region, *_) = s.b, s.b.home.place
    loud = str.upper if draw.random() < 0.85 else str
    forms = OWNER_PHONES[country == "GB"]
    phone = s.phones[1] or (draw.choice(forms).format(*p.phone) if p.phone else "")
    names = s.names or (draw.choice((_full(p), _short(p), _listed(p) if p.given else p.family)),)
    street = s.streets[1] or _line(
        p.home, short=draw.random() < 0.7, mark=draw.choice((None, "#")) if country in ("US", "CA") else None
    )
    code = p.home.code + (f"-{draw.randint(1, 9_999):04d}" if country == "US" and draw.random() < 0.4 else "")
    parts = {
        "street": loud(street),
        "city": loud(city),
        "region": region or None,
        "postal_code": code,
        "country": country if country != "US" or draw.random() < 0.8 else None,
    }
    return {
        "names": [loud(name) for name in names],
        "phone_numbers": [{"data": phone, "primary": True, "type": draw.choice(("mobile", "home"))}] if phone else [],
        "emails": [{"data": draw.choice((p.mail, p.mail.upper())), "primary": True, "type": "primary"}],
        "addresses": [{"data": parts, "primary": True}],
    }


# Who the owner is: somebody of the same place, whose number, mailbox and home are others.


def _firm_beside(draw: Random, p: Person, *, brand: str = "", trade: str = "", mail: str = "") -> Person:
    """Draw a firm; brand and trade are other than the first firm's where they are not given."""
    own = p.family.split()
    brand = brand or draw.choice([name for name in BRANDS if name not in own])
    q = _firm(draw, p.home.place, brand, trade or draw.choice([name for name in TRADES if name not in own]))
    q = q._replace(phone=_phone(draw, p.home, p.phone or NOBODY))
    return q._replace(mail=f"{mail}@{''.join(map(_letters, q.family.split()[:2]))}.example.net") if mail else q


def _again(draw: Random, p: Person) -> Person:
    """Draw the same name; a firm's mailbox is then at another domain."""
    if p.group == "business":
        brand, trade, _ = p.family.split()
        return _firm_beside(draw, p, brand=brand, trade=trade, mail="hello")._replace(family=p.family)
    q = _other(draw, p, kin=True, given=p.given)
    return q._replace(sex=p.sex, middle=p.middle)


WHO: dict[str, Callable[[Random, Person], Person]] = {
    "self": _again,
    "kin": lambda draw, p: _other(draw, p, kin=True),
    "stranger": lambda draw, p: _other(draw, p, kin=False),
    "same-given": lambda draw, p: _other(draw, p, kin=False, given=p.given, sex=p.sex),
    "partner": _partner,
    "father": lambda draw, p: _other(draw, p, kin=True, given=p.middle, sex="m"),
    "firm": _firm_beside,
    "surname-firm": lambda draw, p: _firm_beside(draw, p, brand=_surname(p), mail="office"),
    "sister": lambda draw, p: _firm_beside(draw, p, brand=p.family.split()[0], mail="info"),
    "competitor": lambda draw, p: _firm_beside(draw, p, trade=p.family.split()[1]),
}


# What the sides share, and how they write it.


def _a(s: Sides, **new: Any) -> Sides:
    return s._replace(a=s.a._replace(**new))


def _b(s: Sides, **new: Any) -> Sides:
    return s._replace(b=s.b._replace(**new))


def _away(draw: Random, s: Sides) -> Sides:
    country, city, *_ = s.a.home.place
    place = draw.choice([place for place in PLACES if place[0] == country and place[1] != city])
    home = _home(draw, place, "Ste" if s.b.group == "business" else "")
    return _b(s, home=home, phone=_phone(draw, home, s.a.phone or NOBODY))


def _street_away(draw: Random, s: Sides) -> Sides:
    away = _away(draw, s)
    return _b(away, home=s.a.home._replace(code=away.b.home.code, place=away.b.home.place))


def _digit(draw: Random, s: Sides) -> Sides:
    *start, line = s.a.phone
    return _b(s, phone=(*start, line[:-1] + draw.choice([digit for digit in "0123456789" if digit != line[-1]])))


def _mail_slip(draw: Random, s: Sides) -> Sides:
    local, _, domain = s.a.mail.partition("@")
    return _a(_b(s, mail=s.a.mail), mail=f"{_slip(draw, local)}@{domain}")


def _look_alike(draw: Random, s: Sides) -> Sides:
    local, tens, ones = _letters(s.a.family), *draw.sample("123456789", k=2)
    alike = draw.choice((f"{local}{ones}{tens}", f"{local}.{tens}{ones}", f"{local}{tens}", f"{local}{tens}{ones}_"))
    return _a(_b(s, mail=f"{alike}@example.com"), mail=f"{local}{tens}{ones}@example.com")


def _family_mail(draw: Random, s: Sides) -> Sides:
    mail = f"home.{_letters(s.a.family)}{draw.randint(11, 98)}@example.com"
    return _a(_b(s, mail=mail), mail=mail)


def _other_unit(draw: Random, s: Sides) -> Sides:
    home = s.a.home._replace(unit=s.a.home.unit or str(draw.randint(1, 29)))
    return _a(_b(s, home=home._replace(unit=str(draw.randint(30, 60)))), home=home)


def _unit_form(draw: Random, s: Sides) -> Sides:
    home = s.b.home
    home = home._replace(unit=home.unit or str(draw.randint(1, 40)))
    if home.mark == "Flat":
        return s._replace(streets=(_line(home), _line(home, late=True)))
    long = {"Apt": "Apartment", "Ste": "Suite"}[home.mark]
    typed, held = draw.choice(((long, "#"), (home.mark, "#"), (long, home.mark), ("#", home.mark)))
    return s._replace(streets=(_line(home, mark=typed), _line(home, short=True, mark=held)))


def _direction(draw: Random, s: Sides) -> Sides:
    way, kind = draw.choice(("North", "South", "East", "West")), draw.randrange(4, len(TYPES))
    long, short = (s.b.home._replace(street=f"{word} {s.b.home.street}", kind=kind) for word in (way, way[0]))
    return s._replace(streets=(_line(long), _line(short, short=True, mark="#")))


def _phone_form(draw: Random, s: Sides) -> Sides:
    _, area, mid, line = s.b.phone
    whole = f"{area}{mid}{line}"
    forms = [(f"tel:+1-{area}-{mid}-{line}", whole), (f"{area}/{mid}.{line}", f"+1 {area} {mid} {line}")]
    forms += [(f"1 ({area}) {mid} - {line} (cell)", whole), (f"({area}) {mid}-{line} x{draw.randint(2, 99)}", whole)]
    return s._replace(phones=draw.choice(forms))


CHANGES: dict[str, Callable[[Random, Sides], Sides]] = {
    "away": _away,
    "phone": lambda _, s: _b(s, phone=s.a.phone),
    "mail": lambda _, s: _b(s, mail=s.a.mail),
    "home": lambda _, s: _b(s, home=s.a.home),
    "digit": _digit,
    "tag": lambda _, s: _a(_b(s, mail=s.a.mail), mail=s.a.mail.replace("@", "+bank@")),
    "mail-slip": _mail_slip,
    "look-alike": _look_alike,
    "family-mail": _family_mail,
    "street-slip": lambda draw, s: _a(
        _b(s, home=s.a.home), home=s.a.home._replace(street=_slip(draw, s.a.home.street))
    ),
    "street-away": _street_away,
    "other-unit": _other_unit,
    "next-door": lambda d, s: _b(s, home=s.a.home._replace(number=s.a.home.number + d.choice((-2, 2, 4)), unit="")),
    "office": lambda _, s: _a(s, home=s.b.home),
    "code": lambda _, s: _b(s, home=s.b.home._replace(code=s.a.home.code)),
    "unit-form": _unit_form,
    "direction": _direction,
    "phone-form": _phone_form,
    "box": lambda draw, s: s._replace(streets=("", f"PO BOX {draw.randint(10, 9_999)}")),
}


def _leave_out(draw: Random, name: str, a: dict[str, Any], b: dict[str, Any]) -> None:
    if draw.random() < 0.5:
        a[name] = None
    else:
        b[MEMBERS[name]] = []


def _not_shared(words: list[str]) -> list[str]:
    """Name what may be left out of a non-match: never what makes it hard, such as the address of a relative."""
    return ["email_address"] if {"phone", "digit"} & set(words) else ["phone_number", "email_address"]


def _less(draw: Random, a: dict[str, Any], b: dict[str, Any]) -> None:
    """Let one or two members besides the name be known to both sides, and the user leave a part of an address out."""
    known = [name for name in MEMBERS if a[name]]
    for name in draw.sample(known, k=len(known))[draw.choice((1, 2)) :]:
        _leave_out(draw, name, a, b)
    gone = draw.choice(("", "region", "country", "city"))
    if gone and a["address"]:
        a["address"][gone] = None


def _more(draw: Random, b: dict[str, Any]) -> None:
    """Let the bank have an older number, mailbox and address as well."""
    other = _someone(draw, "anglo")
    old = _owner(draw, Sides(other, other._replace(mail=f"account{draw.randint(100, 999)}@example.net")))
    for held in MEMBERS.values():
        b[held] = [{**entry, "primary": i == 0} for i, entry in enumerate(old[held] + b[held])]


# What the names are.


def _values(draw: Random, p: Person) -> dict[str, str]:
    """Give what the names of a line may stand for; empty where the name gives none."""
    full, short, surname = _full(p), _short(p), _surname(p)
    words = short.split()
    at = max(range(len(words)), key=lambda i: (len(words[i]) > 3, draw.random()))
    rest = len(full) - 4 - (full.index(" ") if p.group == "business" else full.rindex(" ")) - 1
    limits = [n for n in (14, 16, 18, 20, 22, 24, 26) if 2 <= len(full) - n <= rest]
    found = {
        "f": full,
        "p": short,
        "l": _listed(p),
        "g": p.given,
        "m": p.middle,
        "s": surname,
        "j": p.given[:1],
        "i": p.middle[:1],
    }
    slipped = [*words[:at], _slip(draw, words[at]), *words[at + 1 :]] if len(words[at]) > 3 else []
    found |= {"typo": " ".join(slipped)}
    found |= {"loud": full.upper()}
    found |= {"cut": full[: draw.choice(limits)] if limits else "", "d": f"{draw.choice(BRANDS)} {draw.choice(TRADES)}"}
    if p.group == "business":
        return found | dict(zip("btx", words, strict=True)) | {"y": FORMS[words[-1]]}
    other = _other(draw, p, kin=False, sex=p.sex)
    english = draw.choice(ENGLISH[p.sex].split())
    return found | {"n": _surname(other), "e": english, "title": "MS" if p.sex == "f" else "MR"}


def _named(draw: Random, s: Sides, choices: str, pair: tuple[str, str]) -> Sides:
    """Write the names of both sides by one of the choices."""
    r = _partner(draw, s.b) if s.b.group != "business" else s.b
    while s.a.given == r.given and s.a.given:
        r = _partner(draw, s.b)
    fitting = [choice for choice in choices.split(" ; ") if r.family == s.b.family or "{h}" not in choice]
    typed, _, held = draw.choice(fitting).strip().partition(" => ")
    more = {"k": pair[0], "o": pair[1], "r": _short(r), "h": r.given, "u": _short(s.a)}
    mine = _values(draw, s.a) | more
    theirs = _values(draw, s.b) | more if s.b != s.a else mine
    name, *names = (" ".join(text.split()) for text in (typed.format(**mine), *held.format(**theirs).split(" / ")))
    return s._replace(name=name, names=tuple(names))


def _pair(draw: Random, kind: str, group: str) -> tuple[str, str]:
    """Draw two names that belong together, where the kind has such; else two empty ones."""
    if kind not in PAIRS:
        return "", ""
    entries = PAIRS[kind][group]
    one, _, two = draw.choice(entries.split("|" if "|" in entries else None)).strip().partition("=")
    return one, two or _plain(one)


def _first_name(draw: Random, kind: str, group: str, pair: tuple[str, str]) -> str:
    """Settle what the kind needs of the user's name, in Latin letters."""
    if kind in PAIRS:
        return pair[1].title() if kind in ("other-spelling", "diacritics") else pair[0]
    if kind == "namesake":
        return f"{draw.choice(GIVEN[group][draw.choice('fm')][:4])} {draw.choice(FAMILY[group][:4])}"
    if kind in ("married-name", "name-changed"):
        return draw.choice(GIVEN[group]["f"])
    return draw.choice(GIVEN[group]["m"]) if kind.startswith(("father", "suffix")) else ""


# What is made.


def _row(draw: Random, line: list[str], choices: str, group: str, *, match: bool) -> dict[str, Any]:
    """Make one row of a line."""
    kind, _, _, who, *words = line
    told = {"phone", "mail", "home"} <= set(words) if match else not {"phone", "digit", "us"} & set(words)
    chance = draw.random() if told and "us" not in words and group != "business" else 1.0
    country = "IN" if group == "indian" and chance < 0.3 else "GB" if chance < 0.07 else "CA" if chance < 0.14 else "US"
    pair = _pair(draw, kind, group)
    p = _someone(draw, group, country, _first_name(draw, kind, group, pair))
    if (
        who == "father"
        or any(mark in choices for mark in ("{m}", "{i}"))
        or (draw.random() < 0.3 and "{p}" not in choices)
    ):
        p = p._replace(middle=_middle(draw, p))
    q = _other(draw, p, kin=True, given=pair[1], sex=p.sex) if who == "near" else WHO[who](draw, p)
    s = Sides(_telling(draw, p), _telling(draw, q)) if who in ("near", "father") else Sides(p, q)
    for word in words:
        if word in CHANGES:
            s = CHANGES[word](draw, s)
    s = _named(draw, s, choices, pair) if choices else s
    if choices and "" in (s.name, *s.names):
        return _row(draw, line, choices, group, match=match)
    a, b = _user(draw, s), _owner(draw, s)
    if "less" in words:
        _less(draw, a, b)
    elif "more" in words:
        _more(draw, b)
    elif "whole" not in words and (told or not match) and a["phone_number"] and draw.random() < 0.35:
        free = list(MEMBERS) if match else _not_shared(words)
        _leave_out(draw, draw.choice(free), a, b)
    return {"a": a, "b": b, "match": match, "kind": kind, "group": group}


def _rows() -> Iterator[dict[str, Any]]:
    """Make every row; each has a seed of its own, and groups take turns."""
    turns: dict[tuple[str, ...], int] = {}
    for match, text in ((True, MATCHES), (False, OTHERS)):
        for written in text.replace("\n  ", " ").strip().splitlines():
            start, _, choices = written.partition(" | ")
            line = start.split()
            groups = GROUPS.get(line[1]) or tuple(PAIRS.get(line[1], {line[1]: ""}))
            for i in range(int(line[2])):
                turns[groups] = turn = turns.get(groups, -1) + 1
                draw = Random(f"{SEED} {line[:2]} {i}")  # noqa: S311 - nothing secret
                yield _row(draw, line, choices, groups[turn % len(groups)], match=match)


def content() -> str:
    r"""Make the whole file, rows of all kinds mixed.

    >>> content().count("\n") >= 400
    True
    """
    rows = list(_rows())
    Random(SEED).shuffle(rows)  # noqa: S311 - nothing secret
    known = {"field": "identity", "source": "sample"}
    lines = [{"id": f"sample-{i:04d}", **known, **row} for i, row in enumerate(rows, 1)]
    return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)


def main() -> int:
    """Write the file, or check it."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 where the file would change")
    check, made = parser.parse_args().check, content().encode()
    stale = not TARGET.exists() or TARGET.read_bytes() != made
    if stale and not check:
        TARGET.write_bytes(made)
        print(f"wrote {TARGET.name}")
    return int(stale and check)


if __name__ == "__main__":
    sys.exit(main())
