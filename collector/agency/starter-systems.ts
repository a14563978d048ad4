/**
 * Systems that provinces' architecture documents name, to begin a register with. Levels are proposals by the criteria of
 * decree 331/2026/NĐ-CP, articles 11-15 (one agency's own: 2; shared by a province, or handling administrative
 * procedures: 3; public information only: 1); the agency decides.
 */
export interface StarterSystem {
  /** Code of the catalogue, by which a second run finds it again. */
  code: string;
  name: string;
  description: string;
  level: 1 | 2 | 3;
}

export const STARTER_SYSTEMS: readonly StarterSystem[] = [
  {
    code: 'TTDL',
    name: 'Trung tâm dữ liệu tỉnh',
    description: 'Phòng máy, máy chủ, lưu trữ và trung tâm dự phòng dùng chung của tỉnh.',
    level: 3,
  },
  {
    code: 'WAN',
    name: 'Mạng truyền số liệu chuyên dùng và mạng diện rộng của tỉnh',
    description: 'Đường truyền nối các cơ quan với trung tâm dữ liệu, gồm cả VPN và cửa ra Internet.',
    level: 3,
  },
  {
    code: 'LAN',
    name: 'Mạng nội bộ và phòng máy chủ của cơ quan',
    description: 'Mạng LAN, máy chủ tại chỗ và thiết bị mạng của một cơ quan.',
    level: 2,
  },
  {
    code: 'LGSP',
    name: 'Nền tảng tích hợp, chia sẻ dữ liệu (LGSP)',
    description: 'Trục liên thông của tỉnh, nối với nền tảng quốc gia và các bộ, ngành.',
    level: 3,
  },
  {
    code: 'DVC',
    name: 'Cổng dịch vụ công và một cửa điện tử',
    description: 'Tiếp nhận và giải quyết thủ tục hành chính trực tuyến.',
    level: 3,
  },
  {
    code: 'CTTDT',
    name: 'Cổng thông tin điện tử tỉnh',
    description: 'Thông tin công khai của tỉnh; theo dõi việc thay đổi nội dung trang.',
    level: 2,
  },
  {
    code: 'TRANG',
    name: 'Trang thông tin điện tử của cơ quan, xã',
    description: 'Chỉ đăng thông tin công khai.',
    level: 1,
  },
  {
    code: 'QLVB',
    name: 'Quản lý văn bản và điều hành',
    description: 'Văn bản đi, đến và trục liên thông văn bản; cũng là kênh gửi báo cáo.',
    level: 3,
  },
  {
    code: 'MAIL',
    name: 'Thư điện tử công vụ',
    description: 'Hộp thư của cán bộ, công chức; kiểm tra SPF, DKIM và DMARC.',
    level: 3,
  },
  {
    code: 'SSO',
    name: 'Xác thực tập trung và thư mục người dùng',
    description: 'Đăng nhập một lần, cơ sở dữ liệu người dùng, cấp và thu hồi quyền.',
    level: 3,
  },
  {
    code: 'CKS',
    name: 'Chữ ký số và dịch vụ mã hoá',
    description: 'Ký số tập trung, ký từ xa và quản lý chứng thư.',
    level: 3,
  },
  {
    code: 'SAOLUU',
    name: 'Sao lưu và phục hồi',
    description: 'Bản sao của dữ liệu dùng chung và việc thử phục hồi.',
    level: 3,
  },
  {
    code: 'CSDL',
    name: 'Cơ sở dữ liệu dùng chung và chuyên ngành',
    description: 'Kho dữ liệu của tỉnh, bản đồ GIS và kho báo cáo.',
    level: 3,
  },
  {
    code: 'KNQG',
    name: 'Điểm kết nối cơ sở dữ liệu quốc gia',
    description:
      'Nơi hệ thống của tỉnh nối với dữ liệu dân cư, đất đai, doanh nghiệp và các cơ sở dữ liệu quốc gia khác; chỉ theo dõi điểm kết nối.',
    level: 3,
  },
  {
    code: 'CBCC',
    name: 'Quản lý cán bộ, tài sản và nghiệp vụ nội bộ',
    description: 'Hồ sơ cán bộ, công chức, viên chức, tài sản công và các phần mềm nội bộ.',
    level: 2,
  },
  {
    code: 'THANHTOAN',
    name: 'Kết nối thanh toán và bưu chính',
    description: 'Cổng thanh toán trực tuyến và liên thông với bưu chính công ích.',
    level: 3,
  },
  {
    code: 'HOPTT',
    name: 'Hội nghị truyền hình và họp không giấy',
    description: 'Phòng họp trực tuyến, tài liệu họp; một phần do bên ngoài vận hành.',
    level: 2,
  },
  {
    code: 'HOTICH',
    name: 'Hộ tịch và cải cách hành chính',
    description: 'Máy trạm và kết nối tới phần mềm hộ tịch, phần mềm theo dõi cải cách hành chính.',
    level: 3,
  },
  {
    code: 'IOC',
    name: 'Trung tâm điều hành thông minh (IOC)',
    description: 'Bảng theo dõi và dữ liệu chỉ đạo, điều hành của tỉnh.',
    level: 3,
  },
  {
    code: 'LRIS',
    name: 'Báo cáo tổng hợp của tỉnh',
    description: 'Thu thập số liệu báo cáo và gửi lên hệ thống báo cáo Chính phủ.',
    level: 3,
  },
  {
    code: 'EAMS',
    name: 'Quản lý kiến trúc và danh mục hệ thống',
    description: 'Danh mục ứng dụng, danh mục dùng chung và mã định danh cơ quan.',
    level: 2,
  },
  {
    code: 'NENTANG',
    name: 'Nền tảng chính quyền số',
    description: 'Nền tảng cổng, dịch vụ PaaS, dữ liệu lớn và trí tuệ nhân tạo dùng chung.',
    level: 3,
  },
  {
    code: 'MAYTRAM',
    name: 'Máy trạm của cán bộ, công chức',
    description: 'Máy tính làm việc tại các cơ quan, được tác nhân giám sát.',
    level: 2,
  },
  {
    code: 'GSAT',
    name: 'Giám sát an toàn thông tin của tỉnh',
    description: 'Chính hệ thống này: bộ thu, bảng điều khiển và các tác nhân.',
    level: 3,
  },
  {
    code: 'HOTRO',
    name: 'Trung tâm hỗ trợ dịch vụ',
    description: 'Tiếp nhận yêu cầu hỗ trợ và bàn giao sự cố.',
    level: 2,
  },
];
