"""Staffed hours: what can be wrong with them, how they stand, and who changed them."""

from flask_babel import lazy_gettext as _l

SENTENCES = {
    "crisis_touches_other": _l("This crisis does not touch %(account)s."),
    "holidays_country_unknown": _l("The public holidays of “%(country)s” are not known here: choose a country."),
    "holidays_subdivision_unknown": _l(
        "“%(subdivision)s” is no region of this country: show its regions, then choose one."
    ),
    "hours_begin_out_of_range": _l(
        "Hours begin now or within %(days)s days, never in the past: figures of the past do not move."
    ),
    "hours_begun": _l("These hours have begun: set other ones, which apply from now on."),
    "hours_day_name_too_long": _l("The name of a day fits on one line of %(most)s characters."),
    "hours_day_out_of_range": _l("%(day)s is too far away: days of your own reach %(years)s years ahead."),
    "hours_day_twice": _l("%(day)s stands there twice: type all its times in one line."),
    "hours_day_without_date": _l("A day of your own needs its date."),
    "hours_file_unreadable": _l(
        "The file does not say hours: `inbox accounts hours ACCOUNT --json` shows how it is made (%(where)s)."
    ),
    "hours_overlap": _l("“%(text)s” overlaps: write each time of a day once."),
    "hours_too_many_days": _l("Up to %(most)s days of your own find room here."),
    "hours_too_many_spans": _l("Up to %(most)s stretches of one day find room here."),
    "hours_unknown": _l("This account has no hours with the number %(id)s."),
    "hours_unreadable": _l("“%(text)s” cannot be read: write times like 09:00–18:00, with a comma between two."),
    "hours_week_incomplete": _l("A week has seven days: leave the closed ones empty."),
    "hours_withdrawn_already": _l("These hours are withdrawn already."),
    "round_the_clock_already": _l("%(account)s is answered round the clock until then already, or for longer."),
    "round_the_clock_anyway": _l("%(account)s has no hours until then: it counts as staffed round the clock anyway."),
    "round_the_clock_of_none": _l("Choose at least one account."),
    "round_the_clock_out_of_range": _l("Choose an end that lies ahead, within %(days)s days."),
    "round_the_clock_over": _l("Nobody answers round the clock at the moment: the hours of the week apply."),
    # On the pages, after a deed.
    "hours_saved": _l("Saved. Waits that are open keep the hours they were promised."),
    "hours_were_withdrawn": _l("The planned hours are withdrawn."),
    "round_the_clock_saved": _l("Saved: it counts as staffed day and night until then."),
    "round_the_clock_ended": _l("Ended: the hours of the week apply again."),
    # How hours stand.
    "hours_standing.in_force": _l("In force"),
    "hours_standing.over": _l("Over"),
    "hours_standing.planned": _l("Planned"),
    "hours_standing.replaced": _l("Replaced before they began"),
    "hours_standing.withdrawn": _l("Withdrawn"),
    # Where a time zone lies.
    "zone_region.Africa": _l("Africa"),
    "zone_region.America": _l("America"),
    "zone_region.Antarctica": _l("Antarctica"),
    "zone_region.Asia": _l("Asia"),
    "zone_region.Atlantic": _l("Atlantic"),
    "zone_region.Australia": _l("Australia"),
    "zone_region.Europe": _l("Europe"),
    "zone_region.Indian": _l("Indian Ocean"),
    "zone_region.Pacific": _l("Pacific"),
    # On the command line.
    "cli_hours_set": _l("Account %(account)s has new hours from %(start)s on."),
    "cli_round_the_clock": _l("Account %(account)s counts as staffed round the clock until %(end)s."),
    "cli_round_the_clock_ended": _l("Account %(account)s goes by its hours again."),
    "cli_round_the_clock_unclear": _l("Say either --until TIME or --end."),
    # The trail.
    "deed.hours.extended": _l("had an account answered round the clock for a while"),
    "deed.hours.extension_ended": _l("ended answering round the clock"),
    "deed.hours.set": _l("set the staffed hours of an account"),
    "deed.hours.withdrawn": _l("withdrew planned staffed hours of an account"),
    "noun.hours": _l("Staffed hours"),
}
