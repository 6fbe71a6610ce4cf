"""What files of a report say, how one that is being made stands, and why one cannot be had."""

from flask_babel import lazy_gettext as _l

SENTENCES = {
    "export.title": _l("Response times"),
    "export.made_at": _l("Made at (UTC)"),
    "export.period": _l("Period"),
    "export.time_zone": _l("Time zone"),
    "export.accounts": _l("Accounts"),
    "export.all_accounts": _l("All accounts"),
    "export.crisis": _l("Crisis"),
    "export.by": _l("Split by"),
    "export.purpose": _l("What for"),
    "export.definition": _l("Version of the definitions"),
    "export.trail": _l("End of the trail"),
    "export.trail_head": _l("row %(seq)s, %(hash)s"),
    "export.always": _l("From the beginning until now"),
    "export.since": _l("Since %(start)s"),
    "export.until": _l("Until %(end)s"),
    "export.from_to": _l("%(start)s to %(end)s"),
    "export.everything": _l("All"),
    "export.few": _l("%(part)s of %(whole)s"),
    "export.no_template": _l("No template"),
    "export.no_member": _l("Nobody"),
    "export.no_crisis": _l("No crisis"),
    "export.no_language": _l("Language not known"),
    "export.definitions": _l("What the words mean"),
    "export.footnotes": _l("To be known beside the figures"),
    "export.columns": _l("How to read the columns"),
    "export.columns_said": _l(
        "Times are in UTC. Lengths are hours, minutes and seconds that can be added up. In the names of columns, “all”"
        " means over all waits, answered or not; an empty cell there means that this share is not yet reached. Shares"
        " of fewer than 20 are written as numbers. The sheet of waits has a row for every wait with each of its stages,"
        " so that anybody can compute the figures again."
    ),
    "export.clock": _l("Times in these notes are on the clock of %(zone)s."),
    "export.gap": _l("%(account)s: comments may be missing from %(start)s to %(end)s."),
    "export.gap_open": _l("%(account)s: comments may be missing since %(start)s."),
    "export.tombstones": _l("Comments whose text is withheld, and which stay in every figure: %(number)s"),
    "export.natively": _l("Answers that were sent in the network’s own app: %(number)s"),
    "export.no_answer": _l("Conversations marked as needing no answer, which stay in every figure: %(number)s"),
    "export.imported": _l("%(account)s was imported: its times are those of the file."),
    "export.hours_set": _l(
        "%(account)s: staffed hours were set on %(at)s, in force from %(from)s. Figures of before did not move."
    ),
    "export.hours_withdrawn": _l(
        "%(account)s: on %(at)s, staffed hours that were to begin on %(from)s were withdrawn."
    ),
    "export.round_the_clock_set": _l("%(account)s: staffed round the clock from %(from)s to %(until)s."),
    "export.round_the_clock_ended": _l("%(account)s: staffing round the clock was ended early, on %(until)s."),
    "export.targets_set": _l(
        "%(account)s: targets were changed on %(at)s. Waits that were open kept the target they had."
    ),
    "defined.wait": _l("Wait"),
    "definition.wait": _l(
        "From the moment somebody wrote, by the author’s clock, to our first confirmed answer after it, by the"
        " network’s clock. Automatic messages answer nobody, and a reply answers only what its writer had on screen."
    ),
    "defined.first": _l("First response"),
    "definition.first": _l("The first wait of a conversation."),
    "defined.next": _l("Next response"),
    "definition.next": _l("Every later wait of it."),
    "defined.answered_and_all": _l("Answered, and all"),
    "definition.answered_and_all": _l(
        "“Answered” counts only waits that have an answer. “All” counts the others too, as not yet answered (Kaplan and"
        " Meier), so that leaving the slowest unanswered cannot flatter a figure. Where so many have no answer yet, it"
        " is “not yet reached”."
    ),
    "defined.substantive": _l("Answered in substance"),
    "definition.substantive": _l("With more than “we are looking into it”."),
    "defined.staffed": _l("Staffed time"),
    "definition.staffed": _l(
        "The part of a wait that lies in the staffed hours of its account. Hours that were taken away later still"
        " count."
    ),
    "defined.target": _l("Within target"),
    "definition.target": _l(
        "Answered before the wait’s target of staffed time was over. A wait keeps the target it opened with; without an"
        " answer past it, it is missed."
    ),
    "defined.closed": _l("Closed without a reply"),
    "definition.closed": _l("Counts as unanswered in every figure."),
    "defined.no_answer": _l("No answer called for"),
    "definition.no_answer": _l("A member’s mark with a reason. It takes no wait out of a figure."),
    "defined.percentile": _l("Median, 9 in 10, 95 %%"),
    "definition.percentile": _l(
        "The length within which half, nine in ten, or 95 in a hundred waits were answered, interpolated linearly."
    ),
    "export_state.waiting": _l("Waits to be made"),
    "export_state.running": _l("Being made"),
    "export_state.done": _l("Ready"),
    "export_state.failed": _l("Could not be made"),
    "export_state.expired": _l("Expired"),
    "file_format.csv": _l("CSV"),
    "file_format.xlsx": _l("Excel workbook"),
    "file_format.json": _l("JSON"),
    "file_format.pdf": _l("PDF report"),
    "file_format.pdf_missing": _l("PDF report (needs the extra pdf, see README)"),
    "separator.comma": _l("Comma"),
    "separator.semicolon": _l("Semicolon"),
    "separator.tab": _l("Tab"),
    "separator.french": _l("French spreadsheet (semicolon, decimal comma)"),
    "holds.rows": _l("A row per wait, with every stage"),
    "holds.figures": _l("The figures"),
    "export.kilobytes": _l("%(number)s kB"),
    "export.megabytes": _l("%(number)s MB"),
    "export_asked": _l("Your file is being made. It appears here as soon as it is ready."),
    "export_unknown": _l("There is no such file, or it is not yours."),
    "export_not_ready": _l("This file is not ready, or has expired: ask for it again."),
    "export_elsewhere": _l(
        "The file is not on this server any more: ask for it again, or tell your administrator that the worker keeps"
        " its files elsewhere."
    ),
    "export_too_many": _l("You have asked for %(most)s files that are still to be made: wait for one of them."),
    "export_fault": _l(
        "Something went wrong on our side. Ask for it once more; if it fails again, tell your administrator."
    ),
    "export_gave_up": _l(
        "It was begun several times and never finished. Choose a shorter period, or ask your administrator."
    ),
    "export_not_allowed": _l("Whoever asked for it may not take figures out any more."),
    "export_no_room": _l("There is no room left on the server’s disk. Tell your administrator."),
    "pdf_missing": _l(
        "PDF reports need WeasyPrint and Pango on the server: install the extra `pdf`, as the README says."
    ),
}
