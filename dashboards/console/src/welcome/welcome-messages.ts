import { defineMessages } from '../i18n/messages.ts';

export const messages = defineMessages({
  'welcome.demo': ['Chỉ muốn xem thử?', 'Only want to look around?'],
  'welcome.demoText': [
    'Bộ thu thập còn trống này điền được một tỉnh giả định, đánh dấu rõ trên mọi trang, và xóa trọn vẹn sau đó.',
    'This empty collector can be filled with a made-up province, marked on every page, and emptied of it again.',
  ],
  'welcome.title': ['Dựng vọng gác', 'Set up the watch post'],
  'welcome.lead': [
    'Bốn bước, chừng mười phút: đặt tên cơ quan, phát một mã ghi danh, cài tác nhân đầu tiên, thấy máy đó vào gác. Có thể dừng giữa chừng và quay lại trang này.',
    'Four steps, some ten minutes: name the agency, hand out a join token, install the first agent, see that host go on watch. You may stop and come back to this page.',
  ],
  'welcome.done': ['Đã xong', 'Done'],
  'welcome.now': ['Làm bây giờ', 'Do now'],
  'welcome.later': ['Sau bước trên', 'After the step above'],
  'welcome.password': ['Mật khẩu của bạn', 'Your password'],
  'welcome.passwordText': [
    'Mật khẩu dùng một lần đã được thay. Nên đặt thêm yếu tố thứ hai: người quản trị là mục tiêu đầu tiên của kẻ tấn công.',
    'The one-time password is replaced. Add a second factor too: administrators are what attackers look for first.',
  ],
  'welcome.secondFactor': ['Đặt yếu tố thứ hai', 'Set a second factor'],
  'welcome.hasSecondFactor': ['Mật khẩu và yếu tố thứ hai đã đặt.', 'Password and second factor are set.'],
  'welcome.agency': ['Cơ quan chủ quản', 'The agency that runs this'],
  'welcome.agencyText': [
    'Tên đầy đủ như trên công văn, ví dụ “Ủy ban nhân dân tỉnh Minh Họa”. Các sở, xã, đơn vị thêm sau ở Quản trị.',
    'The full name as on official letters. Departments, communes and units are added later under Administration.',
  ],
  'welcome.agencyName': ['Tên cơ quan', 'Name of the agency'],
  'welcome.agencySave': ['Lưu tên', 'Save the name'],
  'welcome.agencySaved': ['Đã lưu tên cơ quan.', 'The name is saved.'],
  'welcome.token': ['Mã ghi danh cho máy đầu tiên', 'A join token for the first host'],
  'welcome.tokenText': [
    'Mã cho phép một số máy vào gác trong một số ngày, thuộc một cơ quan. Mã chỉ hiện một lần, ở trang này.',
    'It lets some hosts go on watch for some days, in one agency. It is shown once, on this page.',
  ],
  'welcome.tokenAgency': ['Máy thuộc cơ quan', 'The hosts belong to'],
  'welcome.tokenUses': ['Cho mấy máy', 'How many hosts'],
  'welcome.tokenDays': ['Trong mấy ngày', 'For how many days'],
  'welcome.tokenApprove': [
    'Mỗi máy chờ tôi duyệt trước khi gửi dữ liệu',
    'Each host waits for my approval before it sends anything',
  ],
  'welcome.tokenMake': ['Phát mã', 'Make the token'],
  'welcome.tokenAgain': ['Phát mã khác', 'Make another token'],
  'welcome.tokenUntil': [
    'Dùng được đến {time}. Mã như chìa khóa: chỉ đưa cho người cài máy.',
    'Good until {time}. It is a key: give it only to who installs.',
  ],
  'welcome.install': ['Cài tác nhân trên máy cần gác', 'Install the agent on the host'],
  'welcome.installText': [
    'Chọn cách cài, rồi chạy lệnh trên máy cần gác bằng quyền quản trị. Máy phải gọi được tới {address}.',
    'Choose a way, then run the commands on the host to watch, with an administrator’s rights. The host must reach {address}.',
  ],
  'welcome.installDoctor': [
    'Không thấy máy hiện ra? Lệnh sau nói vì sao:',
    'The host does not appear? This says why:',
  ],
  'welcome.seen': ['Máy đầu tiên vào gác', 'The first host on watch'],
  'welcome.waiting': ['Đang chờ máy đầu tiên gọi về…', 'Waiting for the first host to call…'],
  'welcome.seenText': ['{host} đã vào gác.', '{host} is on watch.'],
  'welcome.pendingText': ['{host} chờ bạn duyệt.', '{host} waits for your approval.'],
  'welcome.toHosts': ['Xem các máy', 'See the hosts'],
  'welcome.toAlerts': ['Xem cảnh báo', 'See the alerts'],
  'welcome.next': ['Tiếp theo', 'Next'],
  'welcome.nextText': [
    'Thêm cơ quan, mời đồng nghiệp, đặt kênh thông báo, khai các hệ thống thông tin và cấp độ của chúng.',
    'Add agencies, invite colleagues, set channels of notices, enter the information systems and their levels.',
  ],
  'welcome.skip': ['Bỏ qua, tới tổng quan', 'Skip, go to the console'],
});
