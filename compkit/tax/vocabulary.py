"""What the figures of the tax tables are called, and what the figures computed with them."""

from __future__ import annotations

from collections.abc import Mapping

AMOUNT = "{amount}"
"""Stands for the name of the amount that a figure is computed from."""

LEVIES = {
    "famli": "paid family leave",
    "fli": "family leave insurance",
    "pfl": "paid family leave",
    "pfml": "paid family and medical leave",
    "sdi": "disability insurance",
    "tdi": "temporary disability insurance",
    "transit": "transit tax",
    "unemployment": "unemployment insurance",
    "wa_cares": "long-term care insurance",
}
"""Payroll taxes by their name in the tables."""

_LEVY: Mapping[str, tuple[str, ...]] = {
    "rate": ("rate of {tax} of {place}", "{tax} of {place}", "payroll taxes of {place}"),
    "wage_cap": ("wages up to which {tax} is due", "minimum: part of {amount} taxed for {tax}"),
    "annual_cap": ("yearly maximum of {tax}", "{tax} of {place}, as capped", "payroll taxes of {place}"),
    "schedule_a_tax": ("deductible on Schedule A", "{tax}, deductible part", "state and local tax paid"),
    "taxes_premiums": ("taxes health insurance premiums", "wages that {tax} takes"),
    "taxes_hsa": ("taxes what goes into a health savings account", "wages that {tax} takes"),
    "exempts_retirement_deferral": ("exempts what goes into a 401(k)", "wages that {tax} takes"),
}

_WORDS: Mapping[str, tuple[str, ...]] = {
    "social_security wage_cap": (
        "Social Security wage base", "minimum: {amount} up to the wage base",
        "sum: wages from which it is withheld", "difference: withheld twice",
    ),
    "social_security rate": ("rate of Social Security", "Social Security"),
    "medicare rate": ("rate of Medicare", "Medicare on all wages"),
    **{
        f"additional_medicare {threshold}": (
            "threshold of the additional Medicare tax", "{amount} above the Medicare threshold",
        )
        for threshold in ("threshold", "withholding_threshold")
    },
    "additional_medicare rate": (
        "rate of the additional Medicare tax", "additional Medicare tax on {amount}", "Medicare",
    ),
    "income salt_cap": (
        "cap on state and local tax", "minimum: state and local tax, as capped",
        "difference: federal taxable income",
    ),
    "income salt_phase_down_threshold": ("income where the cap starts to fall", "{amount} above that income"),
    "income salt_phase_down_rate": ("rate at which it falls", "cap reduction"),
    "income salt_cap_floor": ("lowest cap", "cap on state and local tax, at this income"),
    "US income standard_deduction": ("federal standard deduction", "federal taxable income"),
    "income standard_deduction": (
        "{place} standard deduction", "maximum: deduction in {place}", "taxable income in {place}",
    ),
    "income exemption": ("{place} exemption", "taxable income in {place}"),
    "income highest_rate": ("highest rate by law",),
    "income schedule_base": ("tax printed for {threshold}",),
    # Alternative minimum tax
    "amt exemption": ("exemption of the alternative minimum tax",),
    "amt phase_out_start": ("income where that exemption starts to shrink",),
    "amt phase_out_rate": ("rate at which it shrinks",),
    "amt rate_low": ("lower rate of the alternative minimum tax",),
    "amt rate_high": ("higher rate of the alternative minimum tax",),
    "amt rate_threshold": ("amount from which the higher rate applies",),
    # California
    "income exemption_credit": ("{place} exemption credit", "tax after the credit"),
    "income exemption_credit_reduction_threshold": ("income where the credit starts to fall", "steps of income"),
    "income exemption_credit_reduction_step": ("size of a step",),
    "income exemption_credit_reduction_per_step": ("credit lost per step", "credit lost"),
    "income surtax_threshold": ("start of the surtax", "income above the start of the surtax"),
    "income surtax_rate": ("rate of the surtax", "surtax"),
    # Colorado, Georgia, Illinois, Massachusetts, Virginia
    "income deduction_limit": ("limit of the deduction",),
    "income deduction_limit_agi_threshold": ("income above which the deduction is limited",),
    "income itemizer_credit": (
        "credit for those who itemize", "tax after the credit", "quotient: tax if it is deducted in full",
    ),
    "income exemption_income_limit": ("income above which there is no exemption",),
    "income two_earner_credit": ("credit for two earners",),
    "income fica_deduction_cap": (
        "most Social Security and Medicare that you can deduct", "Social Security and Medicare, deductible part",
    ),
    # Connecticut
    "income exemption_reduction_start": (
        "income where the exemption starts to shrink", "steps by which the exemption shrinks",
    ),
    "income exemption_reduction_step": ("size of a step", "exemption lost"),
    **{
        f"income {benefit}_{part}": words
        for benefit, called in (
            ("add_back", "add back"), ("recapture_low", "low recapture"), ("recapture_middle", "middle recapture"),
            ("recapture_high", "high recapture"),
        )
        for part, words in (
            ("start", (f"income where the {called} starts", f"steps of the {called}")), ("step", ("size of a step",)),
            ("amount", (f"{called} per step", f"{called} by steps")),
            ("max", (f"most {called}", called, *(("tax with recapture",) if benefit == "recapture_high" else ()))),
        )
    },
    "income personal_credit_rate_above": ("personal credit above {threshold}", "share of the tax that is left"),
    # Philadelphia
    "income rate_january_to_june": ("rate from January to June",),
    "income rate_july_to_december": ("rate from July to December",),
    # Minnesota
    "income deduction_reduction_threshold_low": (
        "income where the deduction starts to shrink", "{amount} above the threshold", "income in the first range",
    ),
    "income deduction_reduction_rate_low": (
        "rate in the first range", "lost in the first range", "reduction by income",
    ),
    "income deduction_reduction_threshold_high": (
        "income where the deduction shrinks faster", "income in the second range",
    ),
    "income deduction_reduction_rate_high": ("rate in the second range", "lost in the second range"),
    "income deduction_reduction_cap_share": (
        "largest share that can be lost", "most that can be lost", "deduction lost",
    ),
    "income deduction_reduction_flat_above": ("income above which the most is lost",),
    # Maryland
    "income two_income_subtraction_cap": (
        "most that two earners subtract", "subtraction for two earners", "{amount} after the subtraction",
    ),
    "MD income standard_deduction": (
        "maximum {place} standard deduction", "minimum: {place} standard deduction", "{amount} after the deduction",
    ),
    "MD income standard_deduction_income_share": ("share of income that can be deducted", "that share of income"),
    "MD income exemption_above": ("{place} exemption above {threshold}", "taxable income in {place}"),
    # Oregon
    "income federal_tax_subtraction_from": (
        "federal tax you can subtract from an income of {threshold}", "minimum: federal tax, as subtracted",
        "{amount} after federal tax",
    ),
    "OR income exemption_credit_income_limit": ("income above which there is no credit",),
    # Utah
    "income credit_reduction_start": ("income where the credit starts to fall", "{amount} above that start"),
    "income credit_reduction_rate": (
        "rate at which the credit falls", "product: credit lost", "above: taxpayer credit",
    ),
    "income taxpayer_credit_rate": (
        "share of the federal deduction that is credited", "product: credit before it falls", "above: taxpayer credit",
    ),
    # New York
    "recapture agi_threshold": ("income above which the benefit of the lower brackets is taken back",),
    "recapture phase_in_width": ("income range over which it is taken back", "share taken back"),
    "recapture flat_rate": (
        "flat rate that replaces the lower brackets", "flat tax", "benefit of the lower brackets", "recapture",
    ),
    "recapture base": ("recapture for the brackets below {threshold}",),
    "recapture incremental": (
        "benefit of the bracket from {threshold}", "recapture for the bracket from {threshold}",
    ),
    "recapture top_agi_threshold": ("income above which the top rate applies to all income",),
    "recapture top_rate": ("top rate on all income",),
    "school_tax_credit rate_reduction_break": (
        "income up to which the first reduction holds", "income in the first range", "income in the second range",
    ),
    "school_tax_credit rate_reduction_rate_low": (
        "rate of the first reduction", "first reduction", "school tax credit by rates",
    ),
    "school_tax_credit rate_reduction_rate_high": ("rate of the second reduction", "second reduction"),
    "school_tax_credit rate_reduction_income_limit": ("income up to which rates are reduced",),
    "school_tax_credit rate_reduction_taxable_income_limit": ("taxable income up to which rates are reduced",),
    "school_tax_credit fixed_income_limit": ("income up to which the fixed part is paid",),
    "school_tax_credit fixed_amount": ("fixed part of the school tax credit",),
    # Missouri
    "MO income standard_deduction": (
        "{place} standard deduction", "maximum: deduction in {place}", "taxable income in {place}",
    ),
    "income federal_tax_share_above": (
        "share of the federal tax that is deducted above {threshold}", "federal tax, share that is deducted",
    ),
    "income federal_tax_deduction_cap": ("most federal tax that can be deducted", "deduction for federal tax"),
    # Ohio
    "income exemption_above": ("{place} exemption above {threshold}", "taxable income in {place}"),
    "OH income exemption_income_limit": ("income from which there is no exemption and no joint filing credit",),
    "income base_amount": ("amount due at once above the first threshold", "tax before credits"),
    "OH income exemption_credit": ("exemption credit", "tax after the exemption credit"),
    "income exemption_credit_income_limit": ("income from which there is no exemption credit",),
    "income joint_credit_rate_above": ("joint filing credit above {threshold}", "joint filing credit by its rate"),
    "income joint_credit_cap": ("most of the joint filing credit", "joint filing credit"),
    "income joint_credit_lowest_income": ("least that each must earn for the joint filing credit",),
    # Wisconsin
    "WI income standard_deduction": (
        "{place} standard deduction", "maximum: deduction in {place}", "taxable income in {place}",
    ),
    "income standard_deduction_reduction_start": (
        "income where the standard deduction starts to fall", "{amount} above that start",
    ),
    "income standard_deduction_reduction_rate": ("rate at which it falls with income", "deduction lost by income"),
    "income single_standard_deduction": (
        "standard deduction of single people", "maximum: deduction in {place}", "taxable income in {place}",
    ),
    "income single_standard_deduction_reduction_rate": (
        "rate at which that of single people falls", "deduction of single people lost by income",
    ),
    "income married_couple_credit_income": (
        "wages up to which the married couple credit is paid", "minimum: lesser wages that count",
    ),
    "income married_couple_credit_rate": ("rate of the married couple credit", "married couple credit"),
    # Washington from 2028
    "millionaires_tax threshold": ("wages above which it is due", "{amount} above the threshold"),
    "millionaires_tax rate": ("rate of the tax on high wages",),
    # Children, savings and deductions of a household
    "child_credit amount": ("child tax credit for one child", "child tax credit before reduction", "child tax credit"),
    "child_credit phase_out_start": ("income where the child tax credit starts to fall", "steps above that income"),
    "child_credit phase_out_step": ("size of a step",),
    "child_credit phase_out_per_step": ("credit lost per step", "child tax credit lost"),
    "child_credit refundable_start": ("earnings above which the credit is paid out", "earnings above that"),
    "child_credit refundable_rate": ("rate at which it is paid out", "credit that earnings allow to be paid out"),
    "child_credit refundable_amount": ("most that is paid out for one child", "most that is paid out"),
    "care_credit rate": ("highest rate of the childcare credit",),
    "care_credit rate_per_step": ("rate lost per step", "rate lost"),
    **{
        f"care_credit {which}_{part}": words
        for which in ("first", "second")
        for part, words in (
            ("start", (f"income where the rate starts to fall, {which} range", f"steps in the {which} range")),
            ("step", ("size of a step",)), ("lowest_rate", (f"lowest rate in the {which} range",)),
        )
    },
    "care_credit expenses_of_one": ("most childcare that counts for one child",),
    "care_credit expenses_of_more": ("most childcare that counts for two or more children",),
    "charity ceiling_rate": ("share of income up to which gifts count", "most gifts that count"),
    "charity floor_rate": ("share of income above which gifts count", "gifts that don't count"),
    "charity standard_cap": ("most gifts that you can deduct without itemizing", "gifts, deductible part"),
    "itemized_limit rate": ("rate at which itemized deductions are cut", "cut in itemized deductions"),
    "net_investment_income threshold": (
        "income where the tax on investment income starts", "income above the start of that tax",
    ),
    "net_investment_income rate": ("rate of the tax on investment income", "tax on investment income"),
    "retirement_plan deferral_limit": ("limit of a 401(k)",),
    "retirement_plan catch_up": ("401(k) catch-up from age 50",),
    "retirement_plan higher_catch_up": ("401(k) catch-up from age 60 to 63",),
    "retirement_plan roth_catch_up_wages": ("pay of the year before up to which a catch-up is before tax",),
    "hsa limit_of_one": ("limit of a health savings account for one person",),
    "hsa limit_of_family": ("limit of a health savings account for a family",),
    "hsa catch_up": ("health savings account catch-up from age 55",),
    "income taxes_retirement_deferral": ("taxes what goes into a 401(k)", "income in {place}"),
    "income taxes_hsa": ("taxes what goes into a health savings account", "income in {place}"),
    "income taxes_premiums": ("taxes health insurance premiums", "income in {place}"),
    "income exempts_other_income": ("exempts income other than wages", "income in {place}"),
    # Itemized deductions of states
    "itemized charity_ceiling_rate": ("share of income up to which gifts count in {place}", "most gifts that count"),
    "itemized property_tax_uncapped": ("no cap on the tax on the home",),
    "itemized property_tax_most": ("most tax on the home that {place} deducts", "deducted for the home"),
    "itemized property_tax_credit_rate": ("share of the tax on the home that is credited", "credit for the home"),
    "income premiums_floor_rate": ("share of income above which premiums are deducted", "premiums deducted"),
    "income deducts_federal_tax": ("deducts some federal income tax",),
    "itemized limit_counts_income_tax": ("limit falls on income tax, too",),
    "itemized limit_start": ("income where {place} limits itemized deductions", "income above the start of the limit"),
    "itemized limit_rate": ("rate of the limit", "lost by the limit, by income"),
    "itemized limit_share": ("largest share lost by the limit", "most that is lost by the limit"),
    "itemized reduction_rate": ("share lost in each range", "lost in the range", "share lost by income"),
    "itemized reduction_width": ("width of the range", "part of the range passed"),
    "itemized first_reduction_start": ("start of the first range", "income above the start of the first range"),
    "itemized second_reduction_start": ("start of the second range", "income above the start of the second range"),
    "itemized charity_floor_rate": ("share of income above which gifts count in {place}", "gifts that don't count"),
    "itemized has_federal_cap": ("takes the federal cap on tax on your home",),
    "itemized home_cap": ("most interest and tax on your home", "interest and tax on your home, as capped"),
    "itemized property_tax_cap": ("most tax on your home that is itemized", "tax on your home, as capped"),
    "itemized gifts_besides_rate": ("share of gifts that is deducted without itemizing",),
    "itemized gifts_besides_ceiling_rate": (
        "share of income up to which gifts count in {place}",
        "most gifts that count",
    ),
    "itemized gifts_besides_most": ("most gifts that are deducted without itemizing", "gifts, up to that"),
    "itemized gifts_besides_floor": ("gifts that don't count without itemizing", "gifts above that"),
    "itemized property_tax_credit_cap": ("most of the credit for tax on your home",),
    "itemized itemized_credit_rate": ("rate of the credit for itemized deductions", "credit for itemized deductions"),
    "itemized charity_share_above": ("share of gifts that is deducted above {threshold}", "gifts, deductible part"),
    # What is withheld and paid during the year
    "supplemental_withholding rate": (
        "flat rate of {place} on bonus and stock", "withheld from bonus and stock in {place}",
    ),
    "supplemental_withholding rate_bonus_and_stock": (
        "flat rate of {place} on bonus and stock", "withheld from bonus and stock in {place}",
    ),
    "US supplemental_withholding rate": (
        "flat rate on bonus, sign-on and stock", "withheld from {amount}",
    ),
    "supplemental_withholding rate_above_threshold": (
        "flat rate above the limit", "product: withheld from {amount}",
    ),
    "supplemental_withholding threshold": (
        "amount up to which the lower flat rate applies", "minimum: {amount}, up to the limit",
        "difference: {amount}, above the limit",
    ),
    "estimated_tax minimum_due": ("amount due at which payments are required",),
    "estimated_tax safe_harbour_current_year_rate": ("share of this year's tax", "enough of this year's tax"),
    "estimated_tax safe_harbour_high_agi_threshold": ("income above which it takes a larger share",),
    "estimated_tax safe_harbour_prior_year_rate": ("multiple of last year's tax", "enough by last year's tax"),
    "estimated_tax safe_harbour_prior_year_rate_high": ("multiple of last year's tax", "enough by last year's tax"),
}  # fmt: skip


def parameter_words(jurisdiction: str, place: str, tax: str, parameter: str) -> tuple[str, ...]:
    """Return the name of a parameter, then of the figures computed with it, one from the other.

    Parameters
    ----------
    jurisdiction, place : str
        Its code and its name.
    tax, parameter : str
        As in tax_parameters.csv; a threshold at the end of a parameter is an amount in its name.
    """
    stem, _, end = parameter.rpartition("_")
    stem, threshold = (stem, f"${int(end):,}") if end.isdigit() else (parameter, "")
    keys = (f"{jurisdiction} {tax} {stem}", f"{tax} {stem}")
    words = next((_WORDS[key] for key in keys if key in _WORDS), _LEVY.get(stem, (stem.replace("_", " "),)))
    called = LEVIES.get(tax, tax.replace("_", " "))
    return tuple(each.format(place=place, tax=called, threshold=threshold, amount=AMOUNT) for each in words)
