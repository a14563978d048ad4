/** `vonggac compliance overrides` bằng tiếng Việt. */
import type { ComplianceOverrideMessages, complianceOverridesHelpEn } from './compliance-overrides-en.ts';

export const complianceOverridesVi: ComplianceOverrideMessages = {
  none: 'chưa sửa giá trị nào: danh mục giữ nguyên như sản phẩm',
  refused: (why) => `không còn hiệu lực: ${why}`,
  why: 'nêu lý do bằng --reason, ví dụ văn bản đã đọc',
  set: (control, field) =>
    `${field} của ${control} dùng giá trị mới từ bây giờ; giá trị của những ngày trước vẫn được giữ.`,
  dropped: (control, field) => `${field} của ${control} trở lại như sản phẩm.`,
  columns: {
    control: 'YÊU CẦU',
    field: 'TRƯỜNG',
    shipped: 'SẢN PHẨM',
    value: 'ĐANG DÙNG',
    set: 'SỬA LÚC',
    reason: 'LÝ DO',
  },
};

export const complianceOverridesHelpVi: typeof complianceOverridesHelpEn = {
  complianceOverrides: 'giá trị do quản trị viên thay cho điều cần xác nhận',
  complianceOverrideList: 'tất cả, bên cạnh giá trị của sản phẩm',
  complianceOverrideSet: 'đặt giá trị thay cho giá trị cần xác nhận',
  complianceOverrideDrop: 'trở lại giá trị của sản phẩm',
  complianceOverrideField: 'trường mà lệnh "show" ghi là cần xác nhận, ví dụ thresholds.keep.2',
  complianceOverrideValue: 'chữ, hoặc JSON như [3,4,5], {"vi":"...","en":"..."}, null là không yêu cầu',
  complianceOverrideReason: 'lý do, ví dụ văn bản đã đọc',
};
