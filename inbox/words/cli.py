"""What the command line answers."""

from flask_babel import lazy_gettext as _l

SENTENCES = {
    "cli_account_added": _l("%(name)s on %(network)s is connected as account %(id)s."),
    "cli_account_disconnected": _l("Account %(id)s is disconnected; everything that was collected stays."),
    "cli_answered_meanwhile": _l(
        "%(name)s has answered in the meantime, in reply %(id)s: “%(text)s”. If yours is still needed, send it with"
        " --seen %(id)s."
    ),
    "cli_collected": _l(
        "Account %(account_id)s: %(received)s received, %(stored)s stored, %(known)s known already,"
        " %(quarantined)s quarantined."
    ),
    "cli_credential_missing": _l("%(network)s needs %(option)s, or %(option)s-env with the name of a variable."),
    "cli_credential_not_asked": _l("%(network)s does not ask for %(option)s."),
    "cli_database_out_of_reach": _l("The database cannot be used: %(reason)s"),
    "cli_demo_account": _l("A bad buzz is under way on %(name)s."),
    "cli_demo_on_real_data": _l(
        "This data folder holds real accounts or members, so no demo is played in it: set INBOX_DATA_DIR to another."
    ),
    "cli_demo_sign_in": _l("Sign in as %(email)s with the password %(password)s"),
    "cli_file_not_utf8": _l("%(name)s is not text in UTF-8."),
    "cli_file_unreadable": _l("%(name)s cannot be read: %(reason)s"),
    "cli_held": _l("Sending is held; %(count)s replies wait."),
    "cli_imported": _l(
        "%(stored)s stored, %(known)s known already, %(quarantined)s quarantined, %(replies)s answers of the brand."
    ),
    "cli_mapping_unreadable": _l("“%(text)s” is no mapping: write it as field=column."),
    "cli_member_added": _l("%(email)s is a member now: %(roles)s."),
    "cli_member_password": _l("The password, shown this once: %(password)s"),
    "cli_migrated": _l("The database is at version %(version)s."),
    "cli_network_unknown": _l("There is no network “%(network)s”: choose one of %(networks)s."),
    "cli_not_all_sent": _l("%(count)s replies did not leave, or nobody knows: look at them in the queue."),
    "cli_not_collected": _l("Account %(account)s could not be collected: %(reason)s"),
    "cli_not_now": _l("That is not possible while it is %(state)s."),
    "cli_nothing_to_collect": _l("No account is connected: `inbox accounts add` connects one."),
    "cli_as_missing": _l(
        "Figures per member are for the member and for supervisors: say with --as whose rights to use."
    ),
    "cli_output_missing": _l("A workbook is no text for a terminal: give --output FILE."),
    "cli_own_reply_leaving": _l(
        "Your own reply %(id)s to the same person has not left yet. If another is still needed beside it, send it with"
        " --seen %(id)s."
    ),
    "cli_port_taken": _l("Another program listens on %(address)s, or it is not ours to use: choose another PORT."),
    "cli_refused": _l("That is not allowed here (%(permission)s), and the attempt is written to the trail."),
    "cli_released": _l("Sending goes on; %(count)s replies were waiting."),
    "cli_reply_written": _l("Reply %(id)s is %(state)s."),
    "cli_rows_broken": _l(
        "%(count)s rows could not be read and are kept in quarantine; the first is on line %(line)s (%(code)s)."
    ),
    "cli_sent": _l(
        "%(sent)s sent, %(failed)s failed, %(unconfirmed)s unconfirmed, %(waiting)s to be tried later, %(held)s held."
    ),
    "cli_serving": _l("The inbox is open at %(address)s (Ctrl+C stops it)."),
    "quarantine.time_out_of_range": _l("its time lies before 1970 or more than a day ahead"),
    "cli_time_unreadable": _l("“%(text)s” is no time: write it as 2026-03-02 or 2026-03-02T09:00:00Z."),
    "cli_variable_missing": _l("The environment variable %(name)s is not set."),
    "cli_withheld": _l("[withheld: %(reason)s]"),
}
