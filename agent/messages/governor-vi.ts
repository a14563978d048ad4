/** What is said about what the agent costs and what it holds back, in Vietnamese. */
import type { GovernorMessages } from './governor-en.ts';

export const governorVi: GovernorMessages = {
  help: {
    pause: 'tạm dừng quét, kiểm kê và đánh giá cấu hình; nhật ký, báo thay đổi và mọi việc gấp vẫn tiếp tục',
    for: 'trong bao lâu: phút, giờ hoặc ngày, ví dụ 30m, 2h, 1d; nhiều nhất một tuần',
    resume: 'cho quét tiếp trước khi hết thời gian tạm dừng',
  },
  paused: (until) =>
    `Việc quét, kiểm kê và đánh giá cấu hình chờ đến ${until}. Tác nhân nhận ra điều này trong vài giây.`,
  resumed: 'Việc quét tiếp tục.',
  notPaused: 'Không có lần tạm dừng nào: việc quét vẫn như trước.',
  badTime: (text) =>
    `"${text}" không phải khoảng thời gian: ghi phút, giờ hoặc ngày, ví dụ 30m, 2h, 1d (nhiều nhất một tuần)`,
  budget: (cpu, cpuMax, rss, rssMax) =>
    `${cpu} % máy trong phút vừa qua (nhiều nhất ${cpuMax} %), ${rss} kể cả tiến trình con (nhiều nhất ${rssMax})`,
  pausedByRequest: (until) => `việc quét chờ đến ${until} theo yêu cầu; vonggac-agent resume để kết thúc`,
  pausedOnBattery: 'việc quét chờ: máy đang chạy bằng pin',
  slowed: (subject, work, reason, seconds, since) =>
    `${subject} (${work}) đã chờ ${seconds} giây kể từ ${since}: ${reason}`,
  work: { scan: 'quét', bulk: 'khối lượng lớn', standard: 'thường', security: 'an ninh' },
  reason: {
    cpu: 'hết hạn mức CPU',
    memory: 'bộ nhớ vượt hạn mức',
    battery: 'đang chạy bằng pin',
    request: 'tạm dừng theo yêu cầu',
  },
};
