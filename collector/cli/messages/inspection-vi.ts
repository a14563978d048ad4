/** `vonggac inspection-pack` in Vietnamese. */
import type { inspectionEn, inspectionHelpEn } from './inspection-en.ts';

export const inspectionVi: typeof inspectionEn = {
  needed: 'hãy nêu --as-of NGÀY và --out THƯMỤC',
  oneSubject: 'chỉ nêu --agency hoặc --system; không nêu gì là cơ quan cao nhất',
  size: (papers, mib) => `Tài liệu: ${papers} tệp, ${mib} MiB.`,
  job: (id) =>
    `Công việc ${id} đang lập bộ hồ sơ: dừng bằng "vonggac job cancel ${id}", lấy về sau bằng "vonggac inspection-pack fetch ${id} --out THƯMỤC".`,
  building: (done, of) => `Đang lập: ${done}/${of} ...`,
  notBuilt: (why) => `Chưa lập được bộ hồ sơ: ${why}`,
  collecting: 'Đang gom những gì đã lưu ...',
  writing: (done, of) => `Đang ghi tệp ${done}/${of} ...`,
  verifying: (done, of) => `Đang đối chiếu tệp ${done}/${of} ...`,
  written: (folder, files) => `Đã ghi ${folder}: ${files} tệp; hãy mở index.html.`,
  manifest: (sha256) =>
    `SHA-256 của MANIFEST.sha256: ${sha256} (có trong nhật ký kiểm toán: inspection.pack)`,
  exists: (folder) => `${folder} đã có: hãy nêu một thư mục mới`,
  noPack: (folder) => `${folder} không phải bộ hồ sơ kiểm tra: không có MANIFEST.sha256 đọc được`,
  whole: (files) => `Cả ${files} tệp đúng như bản kê.`,
  notWhole: 'Thư mục KHÔNG đúng như bản kê:',
  changed: 'bị đổi',
  missing: 'bị thiếu',
  added: 'thêm vào',
};

export const inspectionHelpVi: typeof inspectionHelpEn = {
  inspectionPack:
    'ghi một thư mục đọc không cần mạng cho đoàn kiểm tra: hồ sơ, yêu cầu và bằng chứng, chứng minh, sự cố',
  inspectionAsOf: 'những gì biết đến hết ngày này, YYYY-MM-DD',
  inspectionAgency: 'của cơ quan này và các đơn vị trực thuộc (mặc định cơ quan cao nhất)',
  inspectionSystem: 'của hệ thống thông tin này',
  inspectionOut: 'một thư mục mới',
  inspectionMask: 'che dữ liệu cá nhân',
  inspectionWithoutPapers: 'không đưa nội dung tài liệu vào: quyết định, tài liệu hồ sơ, báo cáo',
  inspectionDryRun: 'chỉ cho biết tài liệu nặng bao nhiêu, không lập gì',
  inspectionFetch: 'lấy bộ hồ sơ mà một công việc đã lập; giữ bảy ngày',
  inspectionJob: 'số hiệu công việc, hoặc những ký tự đầu',
  inspectionVerify: 'cho biết tệp nào của bộ hồ sơ bị đổi, bị thiếu hoặc thêm vào',
  inspectionFolder: 'thư mục của bộ hồ sơ',
};
