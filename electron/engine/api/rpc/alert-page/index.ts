// All that there is to see of one alert.
export { alertPage, type AlertPageServices } from './page.ts';
