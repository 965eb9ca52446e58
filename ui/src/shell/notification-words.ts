import type { NotificationWords } from "@/bindings";
import { t } from "@/i18n/index.svelte";
import type { Ended } from "@/stores/notifying.svelte";

/** What the desktop is told of work that has ended. */
export function notificationWords({ jobs, done, wrong }: Ended): NotificationWords {
  const [first] = jobs;
  if (jobs.length !== 1 || first === undefined) {
    return {
      title: t("queue.noticeSeveral", { count: jobs.length }),
      body: t("queue.noticeSeveralText", { done, wrong }),
    };
  }
  const { title } = first;
  return wrong > 0
    ? { title: t("queue.noticeWrong", { title }), body: t("queue.noticeWrongText") }
    : { title: t("queue.noticeDone", { title }), body: t("queue.noticeDoneText") };
}
