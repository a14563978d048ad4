/**
 * Words that passwords are built from far too often, here and elsewhere. A password is refused when little is left of it without
 * them, so `Matkhau@2026!!` and `Hanoi123456789` are no better than the list itself.
 */

/** Without marks, case and signs. */
const WORDS = (
  'password passw0rd pass pwd letmein welcome admin administrator root user guest test login qwerty qwertyuiop asdfgh asdfghjkl zxcvbn ' +
  'zxcvbnm iloveyou monkey dragon football baseball master superman batman sunshine princess shadow secret changeme default server ' +
  'windows microsoft google facebook internet computer abcdef abcabc aaaaaa matkhau matkhaumoi matma quantri quantrivien nguoidung ' +
  'dangnhap xinchao chaoban anhyeuem emyeuanh yeuem yeuanh iloveu nguyen tran pham hoang huynh vietnam hanoi saigon hochiminh tphcm ' +
  'danang haiphong cantho angiang kiengiang phutho vinhlong quangngai quangninh travinh ubnd sotttt sotnmt soyte sokhcn uyban congan ' +
  'capnhat thanhcong hanhphuc giadinh conyeu mebau bachho doctorlap dochaptudo dienbienphu vietnamvodich daihoc truonghoc vonggac soc'
).split(' ');

const RUNS = [
  '01234567890',
  '09876543210',
  'abcdefghijklmnopqrstuvwxyz',
  'qwertyuiop',
  'asdfghjkl',
  'zxcvbnm',
  '1q2w3e4r5t6y7u8i9o0p',
];
const RUN_CHARS_MIN = 4;

/** Digits and signs that stand for letters. */
const LETTERS: Readonly<Record<string, string>> = {
  '0': 'o',
  '1': 'i',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '@': 'a',
  $: 's',
  '!': 'i',
};

function plain(text: string): string {
  return text.normalize('NFD').replaceAll(/\p{M}/gu, '').replaceAll(/[đĐ]/g, 'd').toLowerCase();
}

const BY_LENGTH = WORDS.toSorted((a, b) => b.length - a.length);

/** Takes out stretches of keys or digits in a row, forwards and backwards. */
function withoutRuns(text: string): string {
  let rest = text;
  for (const run of RUNS) {
    for (let length = run.length; length >= RUN_CHARS_MIN; length -= 1) {
      for (let from = 0; from + length <= run.length; from += 1)
        rest = rest.replaceAll(run.slice(from, from + length), '');
    }
  }
  return rest.replaceAll(/(.)\1{3,}/gu, '$1');
}

function withoutWords(text: string): string {
  return BY_LENGTH.reduce((rest, word) => rest.replaceAll(word, ''), text);
}

/** Characters that a guesser would not have for nothing. */
export function ownCharacters(password: string): number {
  const text = plain(password).replaceAll(/[^a-z0-9@$!]/g, '');
  const years = (rest: string): string => rest.replaceAll(/(?:19|20)\d\d/g, '');
  const letters = text.replaceAll(/[^a-z]/g, (char) => LETTERS[char] ?? char);
  const left = [text, letters].map(
    (form) => years(withoutRuns(withoutWords(form))).replaceAll(/[^\p{L}\p{N}]/gu, '').length,
  );
  return Math.min(...left);
}
