/** Django's token against forged requests, from its cookie; '' where there is none. */
export function csrfToken(): string {
  const found = document.cookie.split('; ').find((cookie) => cookie.startsWith('redrive_csrf='));
  return decodeURIComponent(found?.slice('redrive_csrf='.length) ?? '');
}
