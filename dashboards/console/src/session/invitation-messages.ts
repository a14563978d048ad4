import { defineMessages } from '../i18n/messages.ts';

export const messages = defineMessages({
  'invitation.title': ['Nhận lời mời', 'Accept the invitation'],
  'invitation.for': [
    'Tài khoản {name}, vai trò {role}, thuộc {agency}. Hãy đặt mật khẩu của riêng bạn; tiếp đó là yếu tố thứ hai.',
    'The account {name}, role {role}, of {agency}. Set a password of your own; a second factor comes next.',
  ],
  'invitation.until': ['Liên kết dùng được đến {time}.', 'The link is good until {time}.'],
  'invitation.username': ['Tên đăng nhập của bạn', 'Your user name'],
  'invitation.password': ['Mật khẩu', 'Password'],
  'invitation.submit': ['Đặt mật khẩu và vào', 'Set the password and sign in'],
  'invitation.goneTitle': ['Lời mời không dùng được', 'This invitation does not work'],
  'invitation.gone': [
    'Liên kết đã được dùng, đã hết hạn (3 ngày) hoặc chép thiếu. Nếu bạn đã đặt mật khẩu thì đăng nhập như thường; nếu chưa, hãy xin quản trị viên đã mời bạn một liên kết mới.',
    'The link was used, has expired (3 days) or was not copied whole. If you have set a password, sign in as usual; if not, ask the administrator who invited you for a new link.',
  ],
  'invitation.toSignIn': ['Tới trang đăng nhập', 'To the sign-in page'],
  'invitation.other': [
    'Trình duyệt này đang đăng nhập bằng tài khoản {name}. Hãy đăng xuất để nhận lời mời.',
    'This browser is signed in as {name}. Sign out to accept the invitation.',
  ],
  'invitation.back': ['Ở lại với tài khoản này', 'Stay with this account'],
});
