import { defineMessages } from '../i18n/messages.ts';

export const messages = defineMessages({
  'stepUp.title': ['Xác nhận lại là bạn', 'Confirm it is you'],
  'stepUp.text': [
    'Việc này cần bạn xác nhận lại. Điều đã nhập vẫn được giữ.',
    'This needs you to confirm who you are. What you typed is kept.',
  ],
  'stepUp.password': ['Mật khẩu', 'Password'],
  'stepUp.code': ['Mã của ứng dụng xác thực', 'Code of the authenticator app'],
  'stepUp.submit': ['Xác nhận', 'Confirm'],
  'stepUp.provider': ['Xác nhận ở nhà cung cấp danh tính', 'Confirm at the identity provider'],
  'stepUp.leaves': [
    'Trang sẽ chuyển đi rồi quay lại; điều chưa gửi trong biểu mẫu sẽ mất.',
    'The page goes away and comes back; what is not sent yet is lost.',
  ],
  'stepUp.wrong': ['Mật khẩu hoặc mã không đúng.', 'The password or the code is wrong.'],
});
