"""How wide texts are, without a font: the advance widths of Helvetica and DejaVu Sans.

Arial and Liberation Sans are as wide as Helvetica; DejaVu Sans is the last fallback.
Written by `python -m tests.campaigns.font_widths`.
"""

from typing import NamedTuple

ASCENT = 0.74
"""How far letters and brackets go above the baseline, in sizes of the font."""

DESCENT = 0.21
"""How far they go below it."""


class Font(NamedTuple):
    """The widths of characters, in thousandths of the font's size; italics alike."""

    regular: dict[str, int]
    bold: dict[str, int]

    def width(self, text: str, size: float, bold: bool = False) -> float:
        """Return the width of a text; what the font lacks is as wide as its widest."""
        widths = self.bold if bold else self.regular
        try:
            whole = sum(map(widths.__getitem__, text))
        except KeyError:
            widest = max(widths.values())
            whole = sum([widths.get(character, widest) for character in text])
        return whole * size / 1000


def _by_character(having: dict[int, str]) -> dict[str, int]:
    return {
        character: width
        for width, characters in having.items()
        for character in characters
    }


HELVETICA = Font(
    regular=_by_character(
        {
            167: "⁄",
            191: "'",
            222: "ijlł‘’‚",
            260: "|¦",
            278: " !,./:;I[\\]ft\xa0·ÌÍÎÏìíîïı",
            333: "()-`r¡¨¯²³´¸¹ˆˇ˘˙˚˛˜˝“”„‹›",
            334: "{}",
            350: "•",
            355: '"',
            365: "º",
            370: "ª",
            389: "*",
            400: "°",
            469: "^",
            500: "Jcksvxyzçýÿšžﬁﬂ",
            537: "¶",
            556: "#$0123456789?L_abdeghnopqu¢£¤¥§«µ»àáâãäåèéêëðñòóôõöùúûüþŁƒ–†‡",
            584: "+<=>~¬±×÷−",
            611: "FTZ¿ßøŽ",
            667: "&ABEKPSVXYÀÁÂÃÄÅÈÉÊËÝÞŠŸ",
            722: "CDHNRUwÇÐÑÙÚÛÜ",
            737: "©®",
            778: "GOQÒÓÔÕÖØ",
            833: "Mm",
            834: "¼½¾",
            889: "%æ",
            944: "Wœ",
            1000: "ÆŒ—…‰™",
            1015: "@",
        }
    ),
    bold=_by_character(
        {
            167: "⁄",
            238: "'",
            278: " ,./I\\ijl\xa0·ÌÍÎÏìíîïıł‘’‚",
            280: "|¦",
            333: "!()-:;[]`ft¡¨¯²³´¸¹ˆˇ˘˙˚˛˜˝‹›",
            350: "•",
            365: "º",
            370: "ª",
            389: "*r{}",
            400: "°",
            474: '"',
            500: "zž“”„",
            556: "#$0123456789J_aceksvxy¢£¤¥§«¶»àáâãäåçèéêëýÿšƒ–†‡",
            584: "+<=>^~¬±×÷−",
            611: "?FLTZbdghnopquµ¿ßðñòóôõöøùúûüþŁŽﬁﬂ",
            667: "EPSVXYÈÉÊËÝÞŠŸ",
            722: "&ABCDHKNRUÀÁÂÃÄÅÇÐÑÙÚÛÜ",
            737: "©®",
            778: "GOQwÒÓÔÕÖØ",
            833: "M",
            834: "¼½¾",
            889: "%mæ",
            944: "Wœ",
            975: "@",
            1000: "ÆŒ—…‰™",
        }
    ),
)

DEJAVU_SANS = Font(
    regular=_by_character(
        {
            167: "⁄",
            275: "'",
            278: "ijlìíîïı",
            287: "ł",
            295: "IJÌÍÎÏ",
            318: " ,.\xa0·‘’‚",
            337: "/:;\\|¦",
            352: "fƒ",
            361: "-",
            390: "()[]",
            392: "t",
            400: "‹›",
            401: "!¡²³¹",
            411: "r",
            460: '"',
            471: "ªº",
            500: "*_`§¨¯°´¸ˆˇ˘˙˚˛˜˝–†‡",
            518: "“”„",
            521: "sš",
            525: "zž",
            531: "?¿",
            550: "cç",
            557: "L",
            562: "Ł",
            575: "F",
            579: "k",
            590: "•",
            592: "vxyýÿ",
            603: "P",
            608: "Þ",
            611: "TYÝŸ",
            612: "oðòóôõöø",
            613: "aàáâãäå",
            615: "eèéêë",
            617: "«»",
            630: "ß",
            632: "EÈÉÊË",
            634: "hnuñùúûü",
            635: "SbdgpqþŠ",
            636: "$0123456789{}¢£¤¥µ¶",
            646: "ﬁﬂ",
            656: "K",
            684: "AVÀÁÂÃÄÅ",
            685: "XZŽ",
            686: "B",
            695: "R",
            698: "CÇ",
            732: "UÙÚÛÜ",
            748: "NÑ",
            752: "H",
            770: "D",
            775: "GÐ",
            780: "&",
            787: "OQÒÓÔÕÖØ",
            818: "w",
            838: "#+<=>^~¬±×÷−",
            863: "M",
            950: "%",
            969: "¼½¾",
            974: "mÆ",
            989: "W",
            995: "æ",
            1000: "@©®—…™",
            1028: "œ",
            1070: "Œ",
            1350: "‰",
        }
    ),
    bold=_by_character(
        {
            167: "⁄",
            306: "'",
            343: "ijlìíîïı",
            348: " \xa0",
            365: "/\\|¦",
            372: "IJÌÍÎÏ",
            375: "ł",
            380: ",.·‘’‚",
            400: ":;",
            412: "‹›",
            415: "-",
            435: "fƒ",
            438: "²³¹",
            456: "!¡",
            457: "()[]",
            478: "t",
            493: "r",
            500: "_`§¨¯°´¸ˆˇ˘˙˚˛˜˝–†‡",
            521: '"',
            523: "*",
            564: "ªº",
            580: "?¿",
            582: "zž",
            593: "cç",
            595: "sš",
            636: "¤¶",
            637: "L",
            639: "•",
            645: "x",
            650: "«»",
            652: "vyýÿ",
            657: "“”„",
            660: "Ł",
            665: "k",
            675: "aàáâãäå",
            678: "eèéêë",
            682: "T",
            683: "EFÈÉÊË",
            687: "oðòóôõöø",
            696: "$0123456789¢£¥",
            712: "hnu{}ñùúûü",
            716: "bdgpqþ",
            719: "ß",
            720: "SŠ",
            724: "YÝŸ",
            725: "ZŽ",
            733: "P",
            734: "CÇ",
            736: "µ",
            742: "Þ",
            762: "B",
            770: "R",
            771: "X",
            774: "AVÀÁÂÃÄÅ",
            775: "K",
            787: "ﬁﬂ",
            812: "UÙÚÛÜ",
            821: "G",
            830: "D",
            837: "HNÑ",
            838: "#+<=>^~¬±×÷−",
            845: "Ð",
            850: "OQÒÓÔÕÖØ",
            872: "&",
            924: "w",
            995: "M",
            1000: "@©®—…™",
            1002: "%",
            1035: "¼½¾",
            1042: "m",
            1048: "æ",
            1085: "Æ",
            1094: "œ",
            1103: "W",
            1167: "Œ",
            1454: "‰",
        }
    ),
)
