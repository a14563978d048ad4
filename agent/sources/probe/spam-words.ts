/**
 * Words of what is put into the pages of others to be found by search engines: betting, pills, loans, prostitution,
 * and what defacers write. A word found proves nothing alone (a news item about a raid names it too): words have
 * weights, and where they stand counts (page-facts.ts, judge-page.ts). Own collection, for Vietnamese portals.
 */
import { bare, spelled, withoutMarks } from './fold-text.ts';

export type SpamTopic = 'betting' | 'drugs' | 'sex' | 'loans' | 'fraud';

/** Separated by commas. */
function listed(words: string): string[] {
  return words.split(',').map((word) => word.trim());
}

/** Words that hardly any agency has a reason to write, and words that it may. */
interface Topic {
  strong: readonly string[];
  weak: readonly string[];
}

const TOPICS: Readonly<Record<SpamTopic, Topic>> = {
  betting: {
    strong: listed(`
nhà cái, nhà cái uy tín, kèo nhà cái, soi kèo, tỷ lệ kèo, tỉ lệ kèo, kèo bóng đá, tài xỉu,
tài xỉu online, xóc đĩa, xóc đĩa online, bầu cua online, nổ hũ, quay hũ, bắn cá đổi thưởng,
game bài đổi thưởng, game đổi thưởng, cổng game, tiến lên miền nam, cá cược bóng đá,
cá cược trực tuyến, cá cược thể thao, cá độ bóng đá, đánh bạc online, casino trực tuyến,
casino online, sòng bạc trực tuyến, đá gà trực tuyến, đá gà cựa sắt, lô đề online,
lô đề trực tuyến, soi cầu, soi cầu lô, bạch thủ lô, dàn đề, xổ số online, khuyến mãi nạp đầu,
nạp rút siêu tốc, link vào nhà cái, trực tiếp bóng đá xoilac, slot gacor, slot online,
judi online, situs slot, togel, bandar, sportsbook, xoilac, kubet, ku casino, 789bet, 789club,
fb88, w88, fun88, m88, 188bet, 12bet, jun88, new88, shbet, hi88, f8bet, 8xbet, sunwin, go88,
b52club, rikvip, manclub, hitclub, 8kbet, okvip, bong88, vn88, sv388, i9bet, lucky88, debet,
mb66, kuwin, abc8, nhatvip, win55, 888b, qh88, 33win, bk8, vz99, say88, typhu88, ga6789`),
    weak: listed(`
cá cược, cá độ, đánh bạc, lô đề, casino, baccarat, poker, blackjack, roulette, đá gà, game bài,
xổ số, jackpot, bóng đá trực tiếp, slot, betting, gambling`),
  },
  drugs: {
    strong: listed(`
viagra, cialis, levitra, tadalafil, sildenafil, vardenafil, kamagra, modafinil,
thuốc cường dương, thuốc kích dục, thuốc mê, tăng kích thước dương vật, kéo dài quan hệ,
buy cheap pills, online pharmacy, no prescription, mua thuốc phá thai`),
    weak: ['cường dương', 'xuất tinh sớm', 'thuốc phá thai', 'thuốc lá điện tử', 'pharmacy'],
  },
  sex: {
    strong: listed(`
phim sex, phim heo, phim xxx, sex việt, clip sex, gái gọi, gái xinh làm tình, free porn,
porn videos, xnxx, xvideos, vlxx, jav hd, escort girls`),
    weak: ['người lớn 18', 'porn', 'escort'],
  },
  loans: {
    strong: listed(`
vay tiền online, vay tiền nhanh, vay nóng, vay tiền không thế chấp, vay tiền góp ngày,
bốc bát họ, rút tiền thẻ tín dụng, payday loan`),
    weak: ['tín dụng đen', 'vay tiêu dùng', 'cho vay lãi'],
  },
  fraud: {
    strong: listed(`
làm bằng đại học, mua bằng đại học, làm bằng giả, làm giấy tờ giả, bán tài khoản ngân hàng,
hàng replica, replica watches, đồng hồ fake, giày fake, buy backlinks, write my essay`),
    weak: ['bằng giả', 'replica', 'essay writing'],
  },
};

/** What defacers sign with. */
const DEFACED: readonly string[] = listed(`
hacked by, h4cked by, hack3d by, haxored by, owned by, pwned by, pwn3d by, 0wn3d by, defaced by,
deface by, d3faced by, you have been hacked, you got hacked, site hacked,
your site has been hacked, security is just an illusion, we are anonymous, expect us, cyber army,
cyber team, hacker team, greetz to, greetz, was here h4x0r, đã bị hack bởi, bị hack bởi,
trang web này đã bị hack, website này đã bị hack`);

export interface SpamWord {
  word: string;
  topic: SpamTopic;
  weight: 1 | 3;
}

interface Needle extends SpamWord {
  /** With a blank on either side. */
  spelled: string;
  bare: string;
}

const NEEDLES: readonly Needle[] = Object.entries(TOPICS).flatMap(([name, { strong, weak }]) => {
  const topic = name as SpamTopic;
  const needle = (word: string, weight: 1 | 3): Needle => {
    return { word, topic, weight, spelled: spelled(word), bare: spelled(withoutMarks(word)) };
  };
  return [...strong.map((word) => needle(word, 3)), ...weak.map((word) => needle(word, 1))];
});

const DEFACED_NEEDLES = DEFACED.map((word) => ({
  word,
  spelled: spelled(word),
  bare: spelled(withoutMarks(word)),
}));

/** @returns the words that stand in a text, with or without diacritics; of one inside another both. */
export function findSpamWords(text: string): SpamWord[] {
  if (text.trim() === '') return [];
  const forms = { spelled: spelled(text), bare: bare(text) };
  return NEEDLES.filter((needle) => stands(needle, forms)).map(({ word, topic, weight }) => ({
    word,
    topic,
    weight,
  }));
}

export function findDefacedWords(text: string): string[] {
  if (text.trim() === '') return [];
  const forms = { spelled: spelled(text), bare: bare(text) };
  return DEFACED_NEEDLES.filter((needle) => stands(needle, forms)).map(({ word }) => word);
}

function stands(
  needle: { spelled: string; bare: string },
  forms: { spelled: string; bare: string },
): boolean {
  return forms.spelled.includes(needle.spelled) || forms.bare.includes(needle.bare);
}
