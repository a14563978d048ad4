/** Words of what was sent, and of one's own news. */
import { defineMessages } from '../../i18n/messages.ts';

export const messages = defineMessages({
  'sent.caption': ['Các thông báo, mới nhất trước', 'Messages, newest first'],
  'sent.state': ['Tình trạng', 'State'],
  'sent.waiting': ['Đang chờ', 'Waiting'],
  'sent.sent': ['Đã gửi', 'Sent'],
  'sent.dead': ['Đã bỏ cuộc', 'Given up'],
  'sent.created': ['Lập lúc', 'Made'],
  'sent.channel': ['Kênh', 'Channel'],
  'sent.items': ['Số việc', 'Items'],
  'sent.attempts': ['Lần thử', 'Tries'],
  'sent.outcome': ['Kết quả', 'Outcome'],
  'sent.next': ['thử lại', 'next try'],
  'sent.person': ['riêng cho {name}', 'for {name} alone'],
  'sent.retry': ['Gửi lại', 'Try again'],
  'sent.retried': ['Đang gửi lại', 'It is tried again'],
  'sent.none': ['Không có thông báo nào như vậy', 'There are no such messages'],
  'sent.noneText': [
    'Thông báo có ở đây khi một cảnh báo đủ mức được mở. Gửi thử một kênh để xem đường gửi có thông không.',
    'Messages come when an alert that is serious enough is opened. Send a test through a channel to see whether the way is open.',
  ],
  'sent.toChannels': ['Xem các kênh', 'See the channels'],
  'sent.deadText': [
    'Thông báo đã thử 12 lần hoặc bị từ chối hẳn thì bỏ cuộc. Sửa kênh trước, rồi gửi lại.',
    'A message that was tried 12 times, or refused for good, is given up. Mend the channel first, then try again.',
  ],
  'mine.title': ['Tin riêng của tôi', 'My own news'],
  'mine.text': [
    'Thư gửi riêng cho bạn về cảnh báo và vụ việc bạn theo dõi, được gọi tên (@tên) hoặc được giao. Không bao giờ về việc do chính bạn làm.',
    'Mail of your own about alerts and cases that you watch, are called in (@name) or are given. Never of your own acts.',
  ],
  'mine.email': ['Gửi đến', 'It goes to'],
  'mine.noEmail': [
    'Tài khoản của bạn chưa có địa chỉ thư, nên không có gì được gửi. Hãy nhờ quản trị viên ghi địa chỉ.',
    'Your account has no mail address, so nothing is sent. Ask an administrator to write it down.',
  ],
  'mine.notCarried': [
    'Chưa có kênh thư nào của cơ quan bạn hay cấp trên, nên không có gì được gửi. Người có quyền cần thêm một kênh thư.',
    'No mail channel of your agency or above carries it, so nothing is sent. Somebody who may must add one.',
  ],
  'mine.carried': ['có kênh thư chuyển', 'a mail channel carries it'],
  'mine.about': ['Báo tôi về', 'Tell me of'],
  'mine.all': ['mọi thứ tôi theo dõi', 'all that I watch'],
  'mine.mentions': ['chỉ khi gọi tên tôi hoặc giao cho tôi', 'only where I am called or given something'],
  'mine.nothing': ['không gì cả', 'nothing'],
  'mine.own': ['Giờ riêng của tôi', 'Hours of my own'],
  'mine.ownHint': [
    'Tắt: theo giờ yên lặng và lúc gửi gộp của kênh. Giờ tính theo lịch của cơ quan bạn.',
    'Off: quiet time and digests of the channel. Times are those of the calendar of your agency.',
  ],
  'mine.save': ['Lưu', 'Save'],
  'mine.saved': ['Đã lưu', 'Saved'],
});
