/** The words of the demonstration. */
import { defineMessages } from '../../i18n/messages.ts';

export const messages = defineMessages({
  'demo.about': [
    'Một tỉnh giả định với cơ quan, hệ thống, máy, cảnh báo và hồ sơ, để xem thử và tập huấn. Nó nằm trong một thư mục dữ liệu riêng, nên không bao giờ lẫn với máy thật và xóa được trọn vẹn.',
    'A made-up province with agencies, systems, hosts, alerts and dossiers, to look around and to train. It lives in a data folder of its own, so it is never mixed with real hosts and goes as a whole.',
  ],
  'demo.banner': [
    'Đây là dữ liệu trình diễn: mọi cơ quan, máy và cảnh báo đều là giả định.',
    'This is demonstration data: all agencies, hosts and alerts are made up.',
  ],
  'demo.begin': ['Điền dữ liệu trình diễn', 'Fill it with demonstration data'],
  'demo.beginText': [
    'Bộ thu thập khởi động lại trong vài giây, rồi các máy giả định lần lượt kết nối. Tài khoản của bạn và mọi người vẫn như cũ. Trong lúc trình diễn, máy thật không vào được và không tin nào được gửi ra ngoài.',
    'The collector starts anew within seconds, then made-up hosts come in one by one. Your account and everybody’s stay. While it is there no real host is let in, and no news leaves.',
  ],
  'demo.cutOff': [
    'Bộ thu thập đã dừng giữa lúc điền dữ liệu. Hãy xóa rồi làm lại.',
    'The collector ended while it was filled. Remove it and begin anew.',
  ],
  'demo.filling': ['Đang điền: {told}/{of} máy', 'Being filled: {told} of {of} {of|host|hosts}'],
  'demo.heading': ['Dữ liệu trình diễn', 'Demonstration data'],
  'demo.hosts': ['Số máy', 'Hosts'],
  'demo.hostsHint': ['Từ 36 đến 300.', 'Between 36 and 300.'],
  'demo.manage': ['Quản lý', 'Manage'],
  'demo.obstacle': ['Chưa điền được', 'It cannot begin here'],
  'demo.obstacle.agencies': [
    'Đã có cơ quan trong bộ thu thập này. Dữ liệu trình diễn chỉ vào được nơi còn trống; hãy dùng một bộ thu thập khác.',
    'There are agencies in this collector. A demonstration begins in an empty one only; use another collector.',
  ],
  'demo.obstacle.hosts': [
    'Đã có máy ghi danh vào bộ thu thập này. Dữ liệu trình diễn chỉ vào được nơi còn trống, để không báo cáo nào lẫn hai thứ; hãy dùng một bộ thu thập khác.',
    'Hosts have enrolled in this collector. A demonstration begins in an empty one only, so that no report mixes the two; use another collector.',
  ],
  'demo.obstacle.systems': [
    'Đã có hệ thống trong bộ thu thập này. Dữ liệu trình diễn chỉ vào được nơi còn trống; hãy dùng một bộ thu thập khác.',
    'There are systems in this collector. A demonstration begins in an empty one only; use another collector.',
  ],
  'demo.obstacle.unavailable': [
    'Cách cài đặt này không đổi qua lại được: dữ liệu nằm trên máy chủ riêng hay đĩa thứ hai. Hãy dùng một bộ thu thập khác, ví dụ vonggac start --data demo.',
    'This installation cannot change over: its data lies on servers or on a second disk. Use another collector, such as vonggac start --data demo.',
  ],
  'demo.on': ['Đang trình diễn từ {time}', 'A demonstration since {time}'],
  'demo.onText': [
    'Mọi tệp tải ra từ đây đều ghi “DỮ LIỆU TRÌNH DIỄN / DEMONSTRATION DATA”.',
    'Every file that leaves from here says “DỮ LIỆU TRÌNH DIỄN / DEMONSTRATION DATA”.',
  ],
  'demo.online': [
    '{n} máy giả định đang kết nối; chúng tự trở lại sau khi bộ thu thập khởi động lại.',
    '{n} made-up {n|host is|hosts are} connected; they come back by themselves when the collector starts anew.',
  ],
  'demo.noneOnline': [
    'Không máy giả định nào đang kết nối, và không máy nào tự trở lại: dữ liệu này do phiên bản trước tạo ra. Muốn có máy đang hoạt động, hãy xóa rồi điền lại.',
    'No made-up host is connected, and none comes back by itself: an earlier version made this. To have hosts at work, remove it and fill it anew.',
  ],
  'demo.remove': ['Xóa dữ liệu trình diễn', 'Remove the demonstration'],
  'demo.removeText': [
    'Xóa hết: cơ quan, máy, sự kiện, cảnh báo, vụ việc, báo cáo giả định, cùng mọi thứ đã làm trong lúc trình diễn, kể cả tài khoản mới và mật khẩu đã đổi. Bộ thu thập trở lại đúng như trước. Không lấy lại được.',
    'All of it goes: made-up agencies, hosts, events, alerts, cases and reports, with whatever was done meanwhile, new accounts and changed passwords too. The collector is as it was before. There is no way back.',
  ],
  'demo.restarting': ['Bộ thu thập đang khởi động lại…', 'The collector is starting anew…'],
});
