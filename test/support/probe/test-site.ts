/** A web server on a real port whose answers a test decides, in the clear or over TLS. */
import { once } from 'node:events';
import http from 'node:http';
import https from 'node:https';
import type { AddressInfo, Socket } from 'node:net';

export type Answer = (request: http.IncomingMessage, response: http.ServerResponse) => void;

export interface TestSite {
  port: number;
  url: string;
  /** Takes effect with the next request. */
  answer: Answer;
  readonly requests: { url: string; userAgent: string; referer: string | undefined }[];
  stop: () => Promise<void>;
}

/** @param tls key, certificate and whatever else `https.createServer` takes. */
export async function startTestSite(answer: Answer, tls?: https.ServerOptions): Promise<TestSite> {
  const sockets = new Set<Socket>();
  const requests: TestSite['requests'] = [];
  const site: TestSite = {
    port: 0,
    url: '',
    answer,
    requests,
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
  const handle: Answer = (request, response) => {
    const { referer } = request.headers;
    requests.push({ url: request.url ?? '', userAgent: request.headers['user-agent'] ?? '', referer });
    site.answer(request, response);
  };
  const server = tls === undefined ? http.createServer(handle) : https.createServer(tls, handle);
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
  });
  server.on('tlsClientError', () => undefined);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  site.port = (server.address() as AddressInfo).port;
  site.url = `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${site.port}/`;
  return site;
}

/** Answers with a page. */
export function page(html: string, status = 200): Answer {
  return (_, response) => {
    response.writeHead(status, { 'content-type': 'text/html; charset=utf-8' });
    response.end(html);
  };
}

/** A portal as agencies have them: menu, news, footer. */
export function portal(options: { news?: readonly string[]; body?: string; title?: string } = {}): string {
  const { news = ['Hội nghị triển khai công tác cải cách hành chính'], body = '' } = options;
  const menu = [
    'Trang chủ',
    'Giới thiệu chung',
    'Thủ tục hành chính',
    'Văn bản pháp luật',
    'Hỏi đáp',
    'Liên hệ',
  ]
    .map((text, index) => `<li class="menu-${index}"><a href="/muc-${index}">${text} của cơ quan</a></li>`)
    .join('');
  const list = news.map(
    (text, index) => `<article class="tin"><h3><a href="/tin-${index}">${text}</a></h3></article>`,
  );
  return `<!doctype html><html lang="vi"><head><title>${options.title ?? 'Cổng thông tin điện tử xã Hòa Bình'}</title>
<meta name="description" content="Thông tin của Ủy ban nhân dân xã"><script src="/js/site.js"></script></head>
<body><header class="top"><h1>Ủy ban nhân dân xã Hòa Bình</h1></header><nav class="menu"><ul>${menu}</ul></nav>
<main class="content"><section class="news">${list.join('')}</section>
<section class="services"><p>Dịch vụ công trực tuyến một phần và toàn trình dành cho người dân</p>
<p>Lịch tiếp công dân của lãnh đạo xã vào thứ năm hằng tuần</p></section>${body}</main>
<footer class="bottom"><p>Địa chỉ: số 1 đường Lê Lợi, xã Hòa Bình</p><p>Điện thoại: 0236 3 000 000</p>
<p>Chịu trách nhiệm nội dung: Chánh Văn phòng Ủy ban nhân dân</p></footer></body></html>`;
}
