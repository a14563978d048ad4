/** Words of legal holds. */
import { defineMessages } from '../../i18n/messages.ts';

export const messages = defineMessages({
  'hold.text': [
    'Lệnh giữ ngăn mọi lần xóa đối với những gì nó nói đến, bất kể thời hạn, cho đến khi được dỡ.',
    'A hold keeps what it is about from every deletion, whatever its age, until it is released.',
  ],
  'hold.add': ['Đặt lệnh giữ', 'Place a hold'],
  'hold.none': ['Chưa có lệnh giữ nào', 'No holds yet'],
  'hold.noneText': [
    'Đặt lệnh giữ khi có điều tra, tranh chấp hoặc yêu cầu của cơ quan chức năng.',
    'Place one for an investigation, a dispute, or when the authorities ask.',
  ],
  'hold.inForce': ['Có hiệu lực', 'In force'],
  'hold.released': ['Đã dỡ', 'Released'],
  'hold.state': ['Tình trạng', 'State'],
  'hold.subject': ['Về', 'About'],
  'hold.agent': ['Một máy', 'One host'],
  'hold.system': ['Một hệ thống', 'One system'],
  'hold.agency': ['Một cơ quan và các cơ quan bên dưới', 'An agency and those below it'],
  'hold.whichAgent': ['Máy nào', 'Which host'],
  'hold.whichSystem': ['Hệ thống nào', 'Which system'],
  'hold.whichAgency': ['Cơ quan nào', 'Which agency'],
  'hold.agentIs': ['Máy {name}', 'Host {name}'],
  'hold.systemIs': ['Hệ thống {name}', 'System {name}'],
  'hold.agencyIs': ['Cơ quan {name}', 'Agency {name}'],
  'hold.span': ['Sự kiện từ', 'Events from'],
  'hold.to': ['Đến', 'To'],
  'hold.always': ['mọi lúc', 'of all time'],
  'hold.fromHint': ['Để trống: từ đầu.', 'Left empty: from the beginning.'],
  'hold.openHint': ['Để trống: không giới hạn.', 'Left empty: without an end.'],
  'hold.reason': ['Vì sao', 'Why'],
  'hold.by': ['Ai đặt', 'Placed by'],
  'hold.effect': [
    'Từ bây giờ không ai xóa được những sự kiện này, kể cả lần chạy hằng ngày. Chúng chiếm chỗ trên đĩa đến khi dỡ lệnh.',
    'From now on nobody can delete these events, the daily run neither. They take room until the hold is released.',
  ],
  'hold.placed': ['Đã đặt lệnh giữ', 'The hold is placed'],
  'hold.release': ['Dỡ', 'Release'],
  'hold.releaseTitle': ['Dỡ lệnh giữ {id}', 'Release hold {id}'],
  'hold.releaseText': [
    'Những gì lệnh này giữ lại theo thời hạn chung: phần đã quá hạn bị xóa hẳn ở lần chạy tới.',
    'What it kept goes by the usual months again: what is past its time is deleted for good at the next run.',
  ],
  'hold.releasedDone': ['Đã dỡ lệnh giữ', 'The hold is released'],
  'hold.undone': ['Đã đặt lại lệnh giữ', 'The hold is placed again'],
  'hold.releasedBy': ['dỡ bởi {name}: {reason}', 'released by {name}: {reason}'],
});
