/**
 * Why a rule is refused, in Vietnamese: the engine speaks English, and each of its sentences stands here beside its own. `{}` stands for what
 * is different each time, in the same order. What is not known stays as it came.
 */

const SENTENCES: readonly (readonly [en: string, vi: string])[] = [
  // YAML
  ['not valid YAML: {}', 'YAML không hợp lệ: {}'],
  [
    'the document grows beyond {} values (aliases counted): split it',
    'tài liệu có hơn {} giá trị (kể cả bí danh): hãy chia nhỏ',
  ],
  ['a value stands outside a document', 'có giá trị nằm ngoài tài liệu'],
  ['the document is nested deeper than {} levels: flatten it', 'tài liệu lồng sâu hơn {} mức: hãy làm phẳng'],
  [
    'alias *{} has no finished anchor before it: define &{} above, or quote a value that begins with *',
    'bí danh *{} chưa có neo phía trước: hãy đặt &{} ở trên, hoặc để giá trị bắt đầu bằng * trong nháy',
  ],
  [
    'a mapping key must be plain text, not a list or a mapping',
    'khóa phải là văn bản, không phải danh sách hay ánh xạ',
  ],
  [
    'the key "{}" stands twice in one mapping: keep one of them',
    'khóa "{}" đứng hai lần trong một ánh xạ: hãy giữ một',
  ],
  ['<< needs a mapping or a list of mappings', '<< cần một ánh xạ hoặc danh sách ánh xạ'],
  ['the tag {} is not accepted in rules: leave it out', 'luật không nhận thẻ YAML {}: hãy bỏ đi'],
  [
    'the tag {} is not accepted in rules, or does not fit its value: leave it out',
    'luật không nhận thẻ YAML {}, hoặc thẻ không hợp với giá trị: hãy bỏ đi',
  ],
  // The document
  ['"action" must be global, repeat or reset', '"action" phải là global, repeat hoặc reset'],
  ['"action: repeat" needs a rule before it', '"action: repeat" cần có một luật ở trước'],
  [
    'the documents of this file take over more than {} values by "action": split the file',
    'các tài liệu trong tệp lấy lại hơn {} giá trị qua "action": hãy chia tệp',
  ],
  [
    'a document has "{}" or "{}", not both: write two documents, with --- between them',
    'một tài liệu có "{}" hoặc "{}", không có cả hai: hãy viết hai tài liệu, ngăn bằng ---',
  ],
  [
    'a rule needs a "detection" with selections and a condition',
    'luật cần "detection" với các vùng chọn và điều kiện',
  ],
  [
    '"filter" must be a mapping of "rules", selections and a "condition"',
    '"filter" phải là ánh xạ gồm "rules", các vùng chọn và "condition"',
  ],
  ['a filter needs "rules": ids or names, or "any"', 'bộ lọc cần "rules": các id hoặc tên, hoặc "any"'],
  [
    'the filter\'s "rules" is empty: name rules by id or name, or say "any"',
    '"rules" của bộ lọc rỗng: hãy nêu luật theo id hoặc tên, hoặc ghi "any"',
  ],
  ['{} must be a name or a list of names', '{} phải là một tên hoặc danh sách tên'],
  [
    '"{}" must be one text, not a list or a mapping',
    '"{}" phải là một văn bản, không phải danh sách hay ánh xạ',
  ],
  [
    'logsource must be a mapping of product, category, service',
    'logsource phải là ánh xạ gồm product, category, service',
  ],
  [
    '"{}" of the log source must be one text: write a rule for each, or leave it out',
    '"{}" của nguồn nhật ký phải là một văn bản: hãy viết mỗi nguồn một luật, hoặc bỏ đi',
  ],
  ['"{}" of the log source is empty: leave it out', '"{}" của nguồn nhật ký rỗng: hãy bỏ đi'],
  ['the id "{}" is taken by {}: give this rule its own', 'id "{}" đã thuộc {}: hãy cho luật này id riêng'],
  // Detection
  ['expected a mapping of selections and a condition', 'cần một ánh xạ gồm các vùng chọn và điều kiện'],
  [
    '"timeframe" belonged to the removed aggregations and has no meaning: write a correlation',
    '"timeframe" thuộc về phép gộp đã bị bỏ nên không có nghĩa: hãy viết luật tương quan',
  ],
  ['the list of conditions is empty: name a selection', 'danh sách điều kiện rỗng: hãy nêu một vùng chọn'],
  [
    'the detection has no selections: add one, such as "selection"',
    'detection không có vùng chọn nào: hãy thêm, ví dụ "selection"',
  ],
  [
    'a condition must be text, such as "selection and not filter"',
    'điều kiện phải là văn bản, ví dụ "selection and not filter"',
  ],
  ['the selection "{}" is an empty list: add a value', 'vùng chọn "{}" là danh sách rỗng: hãy thêm giá trị'],
  [
    'the selection "{}" has a list inside a list: flatten it',
    'vùng chọn "{}" có danh sách trong danh sách: hãy làm phẳng',
  ],
  [
    'the selection "{}" is empty: add a field and its value',
    'vùng chọn "{}" rỗng: hãy thêm trường và giá trị',
  ],
  [
    'the selection "{}" has an empty value: a keyword must be text or a number',
    'vùng chọn "{}" có giá trị rỗng: từ khóa phải là văn bản hoặc số',
  ],
  [
    '{} needs a value or a list of values, not a mapping',
    '{} cần một giá trị hoặc danh sách giá trị, không phải ánh xạ',
  ],
  ['{} needs a flat list of values', '{} cần một danh sách giá trị phẳng'],
  [
    '{} has null in a list: write a selection of its own for "absent", and "1 of"',
    '{} có null trong danh sách: hãy viết một vùng chọn riêng cho "không có", rồi dùng "1 of"',
  ],
  // Condition
  ['the condition is longer than {} characters: split the rule', 'điều kiện dài hơn {} ký tự: hãy chia luật'],
  [
    'aggregations after "|" were removed from Sigma: write a correlation rule (type event_count or value_count) instead',
    'Sigma đã bỏ phép gộp sau "|": hãy viết luật tương quan (loại event_count hoặc value_count)',
  ],
  [
    '"{}" cannot stand in a condition: write names of selections, "and", "or", "not", "1 of", "all of" and parentheses',
    '"{}" không dùng được trong điều kiện: chỉ dùng tên vùng chọn, "and", "or", "not", "1 of", "all of" và dấu ngoặc',
  ],
  ['the condition is empty: name a selection', 'điều kiện rỗng: hãy nêu một vùng chọn'],
  [
    'the condition ends where a selection name was expected',
    'điều kiện kết thúc ở chỗ cần tên một vùng chọn',
  ],
  [
    'parentheses are nested deeper than {}: split the condition',
    'dấu ngoặc lồng sâu hơn {}: hãy chia điều kiện',
  ],
  ['in the condition: expected {}, found {}', 'trong điều kiện: cần {}, lại gặp {}'],
  [
    'in the condition: a pattern needs "1 of" or "all of" before it, found {}',
    'trong điều kiện: mẫu tên cần "1 of" hoặc "all of" ở trước, lại gặp {}',
  ],
  [
    'in the condition: only "1 of", "any of" and "all of" exist, found {}',
    'trong điều kiện: chỉ có "1 of", "any of" và "all of", lại gặp {}',
  ],
  [
    'the condition names "{}", which is no selection; there are: {}',
    'điều kiện nêu "{}", không phải vùng chọn nào; đang có: {}',
  ],
  [
    'the condition grows to more than {} comparisons: split the rule',
    'điều kiện lên tới hơn {} phép so: hãy chia luật',
  ],
  [
    'the patterns of the condition are compared with selections more than {} times: split the rule',
    'các mẫu trong điều kiện phải so với vùng chọn hơn {} lần: hãy chia luật',
  ],
  ['the condition needs {}, and there is none', 'điều kiện cần {}, mà không có'],
  [
    'the selections hold more than {} comparisons: split the rule',
    'các vùng chọn có hơn {} phép so: hãy chia luật',
  ],
  // Modifiers and values
  ['more than {} modifiers: leave some out', 'hơn {} bổ từ: hãy bỏ bớt'],
  [
    'an empty list of values can never match: give a value, or null for "absent"',
    'danh sách giá trị rỗng thì không bao giờ khớp: hãy cho giá trị, hoặc null nghĩa là "không có"',
  ],
  ['unknown modifier "{}"; known are: {}', 'không có bổ từ "{}"; các bổ từ là: {}'],
  ['the modifier "{}" must stand first: {}', 'bổ từ "{}" phải đứng đầu: {}'],
  ['the modifier "{}" needs a field in front of it', 'bổ từ "{}" cần một trường ở trước'],
  [
    'the modifier "{}" must follow one that makes {}, found {}',
    'bổ từ "{}" phải đứng sau bổ từ cho ra {}, lại gặp {}',
  ],
  [
    'the modifier "{}" cannot follow "{}": it takes {}, found {}',
    'bổ từ "{}" không đứng sau "{}" được: nó nhận {}, lại gặp {}',
  ],
  [
    'the modifier "{}" is a flag of "re" and must follow it',
    'bổ từ "{}" là cờ của "re" nên phải đứng sau nó',
  ],
  [
    'a keyword must be text, a number or a regular expression',
    'từ khóa phải là văn bản, số hoặc biểu thức chính quy',
  ],
  [
    'wildcards cannot be used with "{}": escape them with a backslash, or put "contains" behind it',
    'không dùng ký tự thay thế với "{}": hãy đặt dấu \\ trước chúng, hoặc thêm "contains" ở sau',
  ],
  [
    'the placeholder %{}% has no values: define it in the placeholder table',
    'biến %{}% chưa có giá trị: hãy đặt trong bảng biến',
  ],
  ['"re" needs a regular expression as text', '"re" cần biểu thức chính quy dạng văn bản'],
  ['"cidr" needs a network such as 10.0.0.0/8', '"cidr" cần một mạng, ví dụ 10.0.0.0/8'],
  ['"exists" takes one value: true or false', '"exists" nhận một giá trị: true hoặc false'],
  ['"exists" takes true or false', '"exists" nhận true hoặc false'],
  ['"{}" cannot be used together with "{}": write two lines', '"{}" không dùng cùng "{}": hãy viết hai dòng'],
  ['"{}" needs a number', '"{}" cần một số'],
  ['"{}" needs text, found {}', '"{}" cần văn bản, lại gặp {}'],
  ['"fieldref" needs the name of a field, found "{}"', '"fieldref" cần tên một trường, lại gặp "{}"'],
  [
    'the line expands to more than {} texts or {} characters: use fewer or shorter values',
    'dòng này nở ra hơn {} văn bản hoặc {} ký tự: hãy dùng ít giá trị hơn hoặc ngắn hơn',
  ],
  [
    'null cannot be used with "{}": leave the modifier out, null means "absent"',
    'null không dùng với "{}": hãy bỏ bổ từ, null nghĩa là "không có"',
  ],
  [
    'a pattern with more than {} "?" may have at most {} characters',
    'mẫu có hơn {} dấu "?" chỉ được dài nhất {} ký tự',
  ],
  [
    '"{}" is not an IPv4 or IPv6 network such as 10.0.0.0/8 or fe80::/10',
    '"{}" không phải mạng IPv4 hay IPv6, ví dụ 10.0.0.0/8 hoặc fe80::/10',
  ],
  ['"{}": the prefix length must be 0 to {}', '"{}": độ dài tiền tố phải từ 0 đến {}'],
  [
    '"{}" has host bits set behind /{}: write the network\'s first address',
    '"{}" còn bit của máy sau /{}: hãy viết địa chỉ đầu của mạng',
  ],
  // Regular expressions
  ['the regular expression is longer than {} characters', 'biểu thức chính quy dài hơn {} ký tự'],
  [
    'look-around is not accepted: it cannot be searched in linear time; use two selections instead',
    'không nhận phép nhìn trước, nhìn sau: không tìm được trong thời gian tuyến tính; hãy dùng hai vùng chọn',
  ],
  [
    'back-references are not accepted: they cannot be searched in linear time',
    'không nhận tham chiếu ngược: không tìm được trong thời gian tuyến tính',
  ],
  [
    'the regular expression grows to {} steps, above {}: use smaller repetitions such as {100}',
    'biểu thức chính quy lên tới {} bước, quá {}: hãy dùng phép lặp nhỏ hơn, ví dụ {100}',
  ],
  ['the regular expression is not understood: {}', 'không hiểu biểu thức chính quy: {}'],
  // Fields
  [
    'the field "{}" is unknown to the pipelines of this log source ({}): map it under "fields", or list it under "known" where events have it',
    'trường "{}" chưa có trong các bảng ánh xạ của nguồn nhật ký này ({}): hãy ánh xạ ở "fields", hoặc ghi ở "known" nếu sự kiện có trường đó',
  ],
  // Correlations
  ['"correlation" must be a mapping', '"correlation" phải là ánh xạ'],
  ['unknown key "{}" in {}; known are: {}', 'không có khóa "{}" trong {}; các khóa là: {}'],
  ['the correlation needs a "type" such as event_count', 'luật tương quan cần "type", ví dụ event_count'],
  [
    'the correlation names one rule twice: name it once',
    'luật tương quan nêu một luật hai lần: hãy nêu một lần',
  ],
  [
    'the correlation names one rule twice: by its id and by its name',
    'luật tương quan nêu một luật hai lần: bằng id và bằng tên',
  ],
  [
    'the correlation needs "rules": ids or names of the rules it counts',
    'luật tương quan cần "rules": id hoặc tên các luật mà nó đếm',
  ],
  ['"{}" must be true or false', '"{}" phải là true hoặc false'],
  [
    '"timespan" must be a number above 0 and a unit s, m, h, d, w, M or y, such as 15m',
    '"timespan" phải là số lớn hơn 0 kèm đơn vị s, m, h, d, w, M hoặc y, ví dụ 15m',
  ],
  ['the correlation needs a "timespan" such as 5m', 'luật tương quan cần "timespan", ví dụ 5m'],
  [
    '"condition" must be a mapping such as {gte: 10}, or an expression over rules',
    '"condition" phải là ánh xạ, ví dụ {gte: 10}, hoặc biểu thức trên các luật',
  ],
  ['"aliases" must map each alias to {rule: field}', '"aliases" phải ánh xạ mỗi bí danh tới {luật: trường}'],
  ['the alias "{}" must be a mapping of rule to field', 'bí danh "{}" phải là ánh xạ từ luật tới trường'],
  ['the alias "{}" needs a field for the rule "{}"', 'bí danh "{}" cần một trường cho luật "{}"'],
  [
    'the alias "{}" names "{}", which is not among the correlation\'s rules',
    'bí danh "{}" nêu "{}", không thuộc các luật của tương quan',
  ],
  ['unknown correlation type "{}"; known are: {}', 'không có loại tương quan "{}"; các loại là: {}'],
  ['the correlation refers to itself by way of {}', 'luật tương quan dẫn về chính nó qua {}'],
  ['{} takes no "field" in its condition', '{} không nhận "field" trong điều kiện'],
  ['{} needs "field" in its condition', '{} cần "field" trong điều kiện'],
  ['{} takes one "field", not a list', '{} nhận một "field", không phải danh sách'],
  ['{} needs a "condition" such as {gte: 10}', '{} cần "condition", ví dụ {gte: 10}'],
  [
    'value_percentile needs "percentile" from 0 to 100 in its condition',
    'value_percentile cần "percentile" từ 0 đến 100 trong điều kiện',
  ],
  [
    'regular_count needs "spread" above 0, up to 100, in its condition: percent of the usual gap',
    'regular_count cần "spread" lớn hơn 0 và không quá 100 trong điều kiện: phần trăm của khoảng cách thường gặp',
  ],
  [
    'regular_count looks at the newest {} events: ask for no more',
    'regular_count chỉ xét {} sự kiện mới nhất: hãy đặt ngưỡng không lớn hơn',
  ],
  [
    '{} takes no condition over rules: use a mapping such as {gte: 10}, or the type temporal',
    '{} không nhận điều kiện trên các luật: hãy dùng ánh xạ, ví dụ {gte: 10}, hoặc loại temporal',
  ],
  [
    '{} cannot order the alternatives of "or": write one correlation for each',
    '{} không xếp thứ tự được các khả năng của "or": hãy viết mỗi khả năng một luật tương quan',
  ],
  [
    'the rule "{}" is listed but not named in the condition',
    'luật "{}" có trong danh sách mà điều kiện không nêu',
  ],
  [
    'the condition names "{}", which is not among the correlation\'s rules: add it to "rules"',
    'điều kiện nêu "{}", không thuộc các luật của tương quan: hãy thêm vào "rules"',
  ],
  [
    'a condition over rules names each rule: "1 of" and "all of" are not for it',
    'điều kiện trên các luật phải nêu từng luật: không dùng "1 of" và "all of"',
  ],
  [
    'the rule "{}" is not loaded (unknown id or name, or rejected): load it together with this correlation',
    'luật "{}" chưa được nạp (id hay tên không có, hoặc bị từ chối): hãy nạp cùng luật tương quan này',
  ],
  [
    'the name "{}" belongs to several rules ({}): refer to one by id',
    'tên "{}" thuộc nhiều luật ({}): hãy nêu bằng id',
  ],
  // Imports
  ['the id stands in {} already', 'id này đã có ở {}'],
];

/** Words of the engine within its sentences. */
const WORDS: readonly (readonly [RegExp, string])[] = [
  [/"and", "or" or the end/gu, '"and", "or" hoặc chỗ kết thúc'],
  [/"them" or a pattern after "of"/gu, '"them" hoặc một mẫu tên sau "of"'],
  [/a selection name/gu, 'tên một vùng chọn'],
  [/a regular expression/gu, 'biểu thức chính quy'],
  [/a part of a time/gu, 'một phần của thời gian'],
  [/a comparison/gu, 'phép so'],
  [/a presence/gu, 'sự có mặt'],
  [/a number/gu, 'số'],
  [/a network/gu, 'mạng'],
  [/a field/gu, 'trường'],
  [/the condition/gu, 'điều kiện'],
  [/the end/gu, 'chỗ kết thúc'],
  [/^(text|bytes)$/gu, 'văn bản'],
];

const PLACE = '{}';

const literally = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/gu, String.raw`\$&`);

const PATTERNS = SENTENCES.map(
  ([en, vi]) => [new RegExp(`^${en.split(PLACE).map(literally).join('(.*?)')}$`, 'su'), vi] as const,
);

/** A word of the rule in quotes is the rule's. */
const QUOTED = /^"[^"]*"$/u;

const inWords = (text: string): string =>
  QUOTED.test(text) ? text : WORDS.reduce((said, [pattern, vi]) => said.replaceAll(pattern, vi), text);

/** Undefined: this sentence is not known. Time grows with its length. */
export function refusedVi(message: string): string | undefined {
  // What was perhaps meant stands anywhere in a sentence.
  const meant = /; did you mean "([^"]*)"(?: by "([^"]*)")?\?/u.exec(message);
  const plain = meant === null ? message : message.replace(meant[0], '');
  for (const [pattern, vi] of PATTERNS) {
    const found = pattern.exec(plain);
    if (found === null) continue;
    let at = 0;
    const said = vi.replaceAll(PLACE, () => inWords(found[(at += 1)] ?? ''));
    if (meant === null) return said;
    const [, key = '', slip] = meant;
    return slip === undefined
      ? `${said} (phải chăng là "${key}"?)`
      : `${said} (phải chăng "${slip}" là "${key}"?)`;
  }
  return undefined;
}
