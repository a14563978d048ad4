/** What `npm start` says, in Vietnamese and English. */
import path from 'node:path';
import process from 'node:process';

export interface Summary {
  url: string;
  fingerprint: string;
  dataDir: string;
  /** Present while the first administrator has not changed the password. */
  passwordFile: string | undefined;
  watched: readonly string[];
  tailed: readonly string[];
}

export interface StartTexts {
  help: {
    program: string;
    watch: string;
    tail: string;
    rules: string;
    data: string;
    listen: string;
    lang: string;
    help: string;
    /** Commander's own titles. */
    titles: Readonly<Record<string, string>>;
  };
  buildingConsole: string;
  starting: string;
  collectorEnded: (code: string) => string;
  enrolFailed: (logDir: string) => string;
  agentEnded: (code: string, logDir: string) => string;
  stillLooking: string;
  stopping: string;
  stopped: string;
  summary: (summary: Summary) => string;
}

/** Terminals that do not tell are taken to be this wide. */
const COLUMNS = 80;

/** As many places as fit behind `indent` columns; of the others, how many. */
export function placesLine(
  places: readonly string[],
  none: string,
  indent: number,
  columns: number = process.stdout.columns ?? COLUMNS,
): string {
  if (places.length === 0) return none;
  for (let shown = places.length; shown > 1; shown -= 1) {
    const rest = places.length - shown;
    const line = places.slice(0, shown).join(', ') + (rest === 0 ? '' : `, … (+${rest})`);
    if (indent + line.length <= columns) return line;
  }
  return places.length === 1 ? (places[0] ?? none) : `${places[0]}, … (+${places.length - 1})`;
}

const relative = (file: string): string => {
  const short = path.relative(process.cwd(), file);
  return short.startsWith('..') ? file : `./${short}`;
};

const vi: StartTexts = {
  help: {
    program: 'Chạy bộ thu thập, bảng điều khiển và một tác nhân cho máy này.',
    watch: 'canh thêm một thư mục hoặc tệp (dùng được nhiều lần)',
    tail: 'đọc thêm một nhật ký, TỆP hoặc TỆP=LOẠI (dùng được nhiều lần)',
    rules: 'nạp thêm luật Sigma từ thư mục hoặc tệp (dùng được nhiều lần)',
    data: 'thư mục dữ liệu (mặc định ./data; biến VONGGAC_DATA)',
    listen: 'địa chỉ phục vụ (mặc định 127.0.0.1:8443; biến VONGGAC_LISTEN)',
    lang: 'ngôn ngữ: vi hoặc en',
    help: 'in hướng dẫn này',
    titles: { 'Usage:': 'Cách dùng:', 'Options:': 'Tùy chọn:' },
  },
  buildingConsole: 'Đang dựng bảng điều khiển (chỉ lần đầu, vài giây)…',
  starting: 'Đang khởi động bộ thu thập…',
  collectorEnded: (code) => `Bộ thu thập đã dừng (${code}).`,
  enrolFailed: (logDir) => `Không ghi danh được tác nhân của máy này; xem ${relative(logDir)}/enrol.*.log`,
  agentEnded: (code, logDir) => `Tác nhân đã dừng (${code}); xem ${relative(logDir)}/agent.*.log`,
  stillLooking: 'Tác nhân vẫn đang chụp trạng thái ban đầu của các tệp; thay đổi được báo từ khi xong.',
  stopping: 'Đang dừng…',
  stopped: 'Đã dừng.',
  summary: (s) =>
    [
      '',
      '  Vọng Gác đang canh máy này.',
      '',
      `  Bảng điều khiển  ${s.url}`,
      `                   chứng thư tự ký, SHA-256 ${s.fingerprint.slice(0, 16)}…`,
      s.passwordFile === undefined
        ? '  Đăng nhập        admin, bằng mật khẩu của bạn'
        : `  Đăng nhập        admin, mật khẩu dùng một lần: ${relative(s.passwordFile)}`,
      `  Canh tệp         ${placesLine(s.watched, 'không có', 19)}`,
      `  Đọc nhật ký      ${placesLine(s.tailed, 'không tìm thấy; thêm bằng npm start -- --tail TỆP', 19)}`,
      `  Dữ liệu          ${relative(s.dataDir)}`,
      '  Dừng             Ctrl-C',
      '',
    ].join('\n'),
};

const en: StartTexts = {
  help: {
    program: 'Starts the collector, its console, and an agent for this machine.',
    watch: 'watch a further folder or file for changes (repeatable)',
    tail: 'read a further log, FILE or FILE=CHANNEL (repeatable)',
    rules: 'load further Sigma rules from a folder or file (repeatable)',
    data: 'data folder (default ./data; setting VONGGAC_DATA)',
    listen: 'address to serve on (default 127.0.0.1:8443; setting VONGGAC_LISTEN)',
    lang: 'language: vi or en',
    help: 'print this help',
    titles: {},
  },
  buildingConsole: 'Building the console (only the first time, some seconds)…',
  starting: 'Starting the collector…',
  collectorEnded: (code) => `The collector ended (${code}).`,
  enrolFailed: (logDir) =>
    `The agent of this machine could not be enrolled; see ${relative(logDir)}/enrol.*.log`,
  agentEnded: (code, logDir) => `The agent ended (${code}); see ${relative(logDir)}/agent.*.log`,
  stillLooking:
    'The agent is still taking its first picture of the files; changes are reported once it has it.',
  stopping: 'Stopping…',
  stopped: 'Stopped.',
  summary: (s) =>
    [
      '',
      '  Vọng Gác is watching this machine.',
      '',
      `  Console   ${s.url}`,
      `            self-signed certificate, SHA-256 ${s.fingerprint.slice(0, 16)}…`,
      s.passwordFile === undefined
        ? '  Sign in   admin, with your password'
        : `  Sign in   admin, one-time password in ${relative(s.passwordFile)}`,
      `  Watches   ${placesLine(s.watched, 'nothing', 12)}`,
      `  Reads     ${placesLine(s.tailed, 'no logs found; add one with npm start -- --tail FILE', 12)}`,
      `  Data      ${relative(s.dataDir)}`,
      '  Stop      Ctrl-C',
      '',
    ].join('\n'),
};

export function texts(language: string): StartTexts {
  return language === 'vi' ? vi : en;
}
