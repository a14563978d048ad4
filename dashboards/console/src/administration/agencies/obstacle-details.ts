/** What stands in the way of a change, in Vietnamese, from the server's English; a test goes through all that it says. */

type Part = string | undefined;
type Say = (parts: readonly Part[], kind: (name: Part) => string) => string;

const obstacles: readonly (readonly [RegExp, Say])[] = [
  [/^there is no agency (.+)$/u, ([id]) => `không có cơ quan ${id}`],
  [
    /^agency (\S+) \((.+)\) ended on (.+)$/u,
    ([id, name, day]) => `cơ quan ${id} (${name}) đã kết thúc ngày ${day}`,
  ],
  [
    /^agency (\S+) \((.+)\) has its present name and place since (.+): the day must be later$/u,
    ([id, name, day]) =>
      `cơ quan ${id} (${name}) mang tên và vị trí hiện nay từ ${day}: hãy chọn ngày sau đó`,
  ],
  [
    /^agency (\S+) \((.+)\) stands below agency (\S+), which ends: move it first$/u,
    ([id, name, above]) =>
      `cơ quan ${id} (${name}) nằm dưới cơ quan ${above} sẽ kết thúc: hãy chuyển nó trước`,
  ],
  [
    /^the new agency "(.*)" would stand below one that ends$/u,
    ([name]) => `cơ quan mới “${name}” sẽ nằm dưới một cơ quan kết thúc`,
  ],
  [
    /^another new agency already has the name "(.*)" there$/u,
    ([name]) => `một cơ quan mới khác đã mang tên “${name}” ở đó`,
  ],
  [
    /^agency (\S+) already has the name "(.*)" there$/u,
    ([id, name]) => `cơ quan ${id} đã mang tên “${name}” ở đó`,
  ],
  [
    /^the root of the tree cannot be merged into another$/u,
    () => 'không sáp nhập được cơ quan gốc vào cơ quan khác',
  ],
  [/^no agency would end$/u, () => 'sẽ không có cơ quan nào kết thúc'],
  [
    /^the root of the tree can only be split when it stays$/u,
    () => 'chỉ chia được cơ quan gốc khi chính nó vẫn còn',
  ],
  [
    /^what is split cannot be one of its own parts/u,
    () => 'cơ quan được chia không thể là một phần của chính nó: hãy để phần còn lại ở lại',
  ],
  [
    /^agency (\S+) does not stand directly below agency (\S+), or goes with another part$/u,
    ([id, above]) => `cơ quan ${id} không nằm ngay dưới cơ quan ${above}, hoặc đã theo phần khác`,
  ],
  [/^agency (\S+) is called "(.*)" already$/u, ([id, name]) => `cơ quan ${id} đã mang tên “${name}”`],
  [/^agency (\S+) does not have: (.*)$/u, ([id, what]) => `cơ quan ${id} không có: ${what}`],
  [
    /^two parts take the same (\S+): (.*)$/u,
    ([what, which], kind) => `hai phần cùng nhận ${kind(what)}: ${which}`,
  ],
  [
    /^agency (\S+) \((.+)\) would stand beside its twin (\S+): rename one, or merge twins$/u,
    ([id, name, twin]) =>
      `cơ quan ${id} (${name}) sẽ đứng cạnh cơ quan ${twin} cùng tên: hãy đổi tên một cơ quan, hoặc gộp chúng`,
  ],
  [
    /^system (\S+) \((.+)\) would stand beside one of the same name/u,
    ([id, name]) =>
      `hệ thống ${id} (${name}) sẽ đứng cạnh một hệ thống cùng tên: hãy đổi tên, hoặc gộp chúng`,
  ],
  [
    /^(\S+) (\S+) were moved or removed since: (.*)$/u,
    ([n, what, which], kind) => `đã chuyển hoặc bỏ sau đó: ${n} ${kind(what)} (${which})`,
  ],
  [
    /^(\S+) (\S+) came to the new agency since: move them first \((.*)\)$/u,
    ([n, what, which], kind) =>
      `đã đến cơ quan mới sau đó, hãy chuyển đi trước: ${n} ${kind(what)} (${which})`,
  ],
  [
    /^change (\S+) built on agency (\S+) since: reverse that one first$/u,
    ([change, id]) => `thay đổi ${change} đã dựa trên cơ quan ${id} sau đó: hãy hoàn tác nó trước`,
  ],
  [
    /^agency (\S+) was moved or renamed since$/u,
    ([id]) => `cơ quan ${id} đã được chuyển hoặc đổi tên sau đó`,
  ],
  [
    /^agency (\S+) \((.+)\) came below the new agency since: move it first$/u,
    ([id, name]) => `cơ quan ${id} (${name}) đã về dưới cơ quan mới sau đó: hãy chuyển nó đi trước`,
  ],
  [
    /^agency (\S+), which agency (\S+) stood below, has ended$/u,
    ([above, id]) => `cơ quan ${above}, cấp trên của cơ quan ${id}, đã kết thúc`,
  ],
  [
    /^agency (\S+) has the name "(.*)" there now$/u,
    ([id, name]) => `nay cơ quan ${id} mang tên “${name}” ở đó`,
  ],
  [/^code (\S+) is agency (\S+)'s now$/u, ([code, id]) => `mã ${code} nay là của cơ quan ${id}`],
  [
    /^agency (\S+) is part of change (\S+), planned for (.+): call that off first$/u,
    ([id, change, day]) => `cơ quan ${id} thuộc thay đổi ${change} định cho ngày ${day}: hãy hủy nó trước`,
  ],
];

/** @param kindText names what an agency holds @returns undefined: none that this console knows */
export function obstacleDetailVi(message: string, kindText: (kind: string) => string): string | undefined {
  for (const [pattern, say] of obstacles) {
    const found = pattern.exec(message);
    if (found !== null) return say(found.slice(1), (kind) => kindText(kind ?? ''));
  }
  return undefined;
}
