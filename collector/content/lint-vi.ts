/** Phát hiện của bộ kiểm tra luật, theo mã; bản tiếng Anh là của chính bộ máy Sigma. */
import { refusedVi } from './refused-vi.ts';
import type { LintCode, LintText } from '../../rules/sigma/index.ts';

export const lintVi: Readonly<Record<LintCode, LintText>> = {
  rejected: (reason) => refusedVi(reason) ?? reason,
  'engine-warning': (text) => text,

  'title-missing': () => 'luật không có tiêu đề: hãy nêu ngắn gọn luật phát hiện gì',
  'title-length': (length, max) => `tiêu đề dài ${length} ký tự: dùng nhiều nhất ${max}`,
  'title-case': (words) => `tiêu đề có từ viết thường: hãy viết hoa chữ đầu của "${words}"`,
  'title-dot': () => 'tiêu đề kết thúc bằng dấu chấm: hãy bỏ đi',
  'title-detects': (word) => `tiêu đề bắt đầu bằng "${word}": hãy nêu thứ được phát hiện và bỏ từ này`,
  'title-duplicate': (where) => `tiêu đề trùng với ${where}: hãy nêu điểm khác nhau`,
  'id-missing': () => 'luật không có id: hãy đặt một UUID ngẫu nhiên để cảnh báo và tương quan gọi được luật',
  'id-form': (id) => `id "${id}" không phải UUID: hãy tạo một UUID ngẫu nhiên (phiên bản 4)`,
  'id-version': (id) => `UUID "${id}" không phải loại ngẫu nhiên (phiên bản 4) nên có thể bị trùng`,
  'related-form': (what) => `"${what}" trong related: cần UUID của một luật và một loại quan hệ`,
  'related-type': (type, known) => `không có loại "${type}" trong related; các loại là: ${known}`,
  'status-missing': (known) => `luật không có status: dùng một trong ${known}`,
  'status-unknown': (status, known) => `không có status "${status}"; các giá trị là: ${known}`,
  'status-retired': (status) => `luật đã ở trạng thái "${status}": hãy đưa nó ra khỏi các luật đang dùng`,
  'level-missing': (known) => `luật không có mức độ (level): dùng một trong ${known}`,
  'level-unknown': (level, known) => `không có mức độ "${level}"; các mức là: ${known}`,
  'description-missing': () => 'luật không có mô tả: hãy nêu luật phát hiện gì và vì sao điều đó quan trọng',
  'description-length': (length, min) => `mô tả chỉ có ${length} ký tự: dùng ít nhất ${min}`,
  'description-link': () => 'mô tả có liên kết: hãy chuyển sang references',
  'author-missing': () => 'luật không có tác giả (author)',
  'date-missing': () => 'luật không có ngày (date): hãy ghi YYYY-MM-DD',
  'date-form': (key, text) => `${key} "${text}" không phải ngày dạng YYYY-MM-DD`,
  'date-order': (modified, date) => `ngày sửa (${modified}) trước ngày tạo (${date})`,
  'references-missing': () => 'luật không có references: hãy nêu nguồn mà người khác đọc được, nếu có',
  'reference-attack': (link) => `${link}: hãy dùng thẻ (attack.tNNNN) thay cho liên kết`,
  'reference-branch': (link) => `${link} thay đổi theo nhánh: hãy trỏ đến một commit`,
  'reference-duplicate': (link) => `${link} được ghi hai lần`,
  'tags-missing': () => 'luật không có thẻ (tags): hãy nêu ít nhất một kỹ thuật ATT&CK (attack.tNNNN)',
  'tag-form': (tag) => `thẻ "${tag}" không có dạng nhóm.tên bằng chữ thường`,
  'tag-namespace': (tag, known) => `thẻ "${tag}" thuộc nhóm chưa biết; các nhóm là: ${known}`,
  'tag-unknown': (tag, wanted) => `thẻ "${tag}" không có trong nhóm của nó: cần ${wanted}`,
  'tag-duplicate': (tag) => `thẻ "${tag}" được ghi hai lần`,
  'tactic-former': (tactic, version, now) =>
    `ATT&CK ${version} không còn chiến thuật "${tactic}": hãy dùng ${now}`,
  'technique-unknown': (technique, version) => `ATT&CK ${version} không có kỹ thuật ${technique}`,
  'technique-revoked': (technique, now, version) => `ATT&CK ${version} đã thay ${technique} bằng ${now}`,
  'technique-tactic': (technique, tactics) =>
    `${technique} thuộc ${tactics}, mà luật không nêu chiến thuật nào trong số đó`,
  'falsepositives-missing': () =>
    'thiếu falsepositives: hãy nêu điều gì khác cũng trông như vậy, hoặc "Unknown"',
  'falsepositives-banned': (text) =>
    `"${text}" trong falsepositives không nói lên điều gì: dùng "Unknown" hoặc "Unlikely"`,
  'falsepositives-case': (text) => `"${text}" trong falsepositives bắt đầu bằng chữ thường: hãy viết hoa`,
  'falsepositives-typo': (word) => `"${word}" trong falsepositives viết sai chính tả`,
  'filename-form': (name) => `tên tệp "${name}" nên gồm 10 đến 90 ký tự a-z, 0-9 và _, kết thúc bằng .yml`,
  'filename-prefix': (name, prefix) => `tên tệp "${name}" của nguồn nhật ký này nên bắt đầu bằng ${prefix}`,

  'logsource-missing': () => 'luật không có nguồn nhật ký: nó bị thử với mọi sự kiện mọi loại',
  'logsource-unknown': (source) => `chưa biết nguồn nhật ký ${source}: hãy xem lại chính tả`,
  'field-unknown': (field, source) =>
    `không pipeline nào biết trường "${field}" của ${source}: hãy xem lại chính tả`,
  'field-space': (field) => `trường "${field}" có khoảng trắng: hãy xem sự kiện có đúng tên này không`,

  'all-single-value': (item) => `${item}: "all" với một giá trị không thay đổi gì`,
  'value-duplicate': (item, value) => `${item}: giá trị "${value}" được ghi hai lần (không kể hoa thường)`,
  'wildcard-affix': (item, modifier) => `${item}: dùng "${modifier}" thay cho "*" ở đầu hoặc cuối`,
  'wildcard-needless': (item, value) => `${item}: dấu "*" ở mép "${value}" là thứ modifier đã thêm`,
  'wildcard-double': (item, value) => `${item}: "**" trong "${value}" không hơn gì "*"`,
  'escape-needless': (item, value) =>
    `${item}: "\\\\" trong "${value}" chỉ là một dấu chéo ngược, như "\\": hãy viết một dấu`,
  'regex-inline-flag': (item, flag) => `${item}: dùng modifier "${flag}" thay cho "(?${flag})"`,
  'regex-edge': (item, value) =>
    `${item}: ".*" ở mép "${value}" là thừa, vì "re" không bắt buộc khớp từ đầu đến cuối`,
  'keyword-logsource': (source) => `từ khóa tìm trong cả sự kiện, mà ${source} có các trường: hãy nêu trường`,

  'selection-unused': (name) => `điều kiện không dùng phần chọn "${name}": hãy dùng hoặc xóa nó`,
  'condition-them': (text) =>
    `"${text}": hãy gọi các phần chọn bằng một mẫu tên, để phần thêm sau không lọt vào ngoài ý muốn`,
  'condition-of-single': (text, name) => `"${text}" chỉ là "${name}": hãy viết vậy, hoặc thêm "*" vào mẫu`,
  'condition-never': () => 'điều kiện tự mâu thuẫn: luật không bao giờ khớp',
  'field-never': (field, values) =>
    `luật không bao giờ khớp: ${field} phải là ${values}, mà các đòi hỏi khác với nó loại trừ điều đó`,
  'field-part-never': (field, values) =>
    `một phần của luật không bao giờ đúng: ${field} phải là ${values}, mà các đòi hỏi khác với nó loại trừ điều đó`,
  'condition-always': () => 'điều kiện đúng dù các phần chọn thấy gì: luật khớp mọi sự kiện',
  'no-witness': () =>
    'luật khớp được mà sự kiện không cần có gì, nên nó bị xét với mọi sự kiện của nguồn nhật ký',

  'detection-duplicate': (where) => `phần detection giống hệt ${where}: chỉ giữ một`,
  'correlation-dead': (rule) => `tương quan đếm "${rule}", luật không bao giờ khớp`,
  'correlation-group': () => 'tương quan không có group-by: nó đếm chung mọi máy và mọi người dùng',
};
