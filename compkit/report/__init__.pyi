from .audit.guide import (
    audit_answer as audit_answer,
    audit_figures as audit_figures,
    audit_headline as audit_headline,
    audit_notes as audit_notes,
    first_year_totals as first_year_totals,
    worked_negotiation_table as worked_negotiation_table,
)
from .comparison.answers import comparison_answers as comparison_answers
from .comparison.figures import (
    kept_on_leaving as kept_on_leaving,
    outcome_ranges as outcome_ranges,
    sensitivity as sensitivity,
    totals_by_year as totals_by_year,
    winner_map as winner_map,
)
from .comparison.notes import (
    comparison_assumptions as comparison_assumptions,
    comparison_caveats as comparison_caveats,
    comparison_sources as comparison_sources,
    kept_stock_notes as kept_stock_notes,
    recorded_comparison as recorded_comparison,
)
from .comparison.tables import (
    comparison_table as comparison_table,
    comparison_years_table as comparison_years_table,
    glance_table as glance_table,
    leaving_early_table as leaving_early_table,
    outcomes_table as outcomes_table,
    pairs_table as pairs_table,
    volatility_table as volatility_table,
)
from .comparison.text import is_tie as is_tie, turns_in_words as turns_in_words
from .decision.page import (
    decision_basis as decision_basis,
    decision_headline as decision_headline,
    decision_lines as decision_lines,
    standing_in_short as standing_in_short,
)
from .decision.start import start_headline as start_headline, start_links as start_links
from .decision.tables import (
    cases_table as cases_table,
    choices_table as choices_table,
    ties_table as ties_table,
)
from .decision.text import (
    CAUTION as CAUTION,
    decision_notes as decision_notes,
    decision_questions as decision_questions,
    decision_sentence as decision_sentence,
    next_step_in_words as next_step_in_words,
    offer_names as offer_names,
    preference_sentence as preference_sentence,
    whom_to_ask as whom_to_ask,
)
from .derivation.text import (
    WIDTH as WIDTH,
    derivation_json as derivation_json,
    derivation_lines as derivation_lines,
    derivation_sources as derivation_sources,
)
from .market.chart import market_chart as market_chart
from .market.page import (
    market_answers as market_answers,
    market_caveats as market_caveats,
    market_headline as market_headline,
    market_notes as market_notes,
    market_sources as market_sources,
    recorded_market as recorded_market,
)
from .market.tables import (
    filings_table as filings_table,
    measured_premium_table as measured_premium_table,
    pay_sources_table as pay_sources_table,
    prevailing_wages_table as prevailing_wages_table,
    published_wages_table as published_wages_table,
    reality_table as reality_table,
)
from .negotiation.answers import negotiation_answers as negotiation_answers
from .negotiation.call_sheet import call_sheet as call_sheet
from .negotiation.figures import negotiation_zone_chart as negotiation_zone_chart
from .negotiation.guidance import (
    checklist_table as checklist_table,
    letter_words as letter_words,
    portfolio_table as portfolio_table,
    strategy_table as strategy_table,
    tips_table as tips_table,
)
from .negotiation.letter_caution import letter_caution as letter_caution
from .negotiation.letter_forms import (
    has_address as has_address,
    letter_eml as letter_eml,
    letter_html as letter_html,
    letter_text as letter_text,
)
from .negotiation.summary import (
    NO_STOP_LINE as NO_STOP_LINE,
    losing_in_words as losing_in_words,
    negotiation_assumptions as negotiation_assumptions,
    negotiation_caveats as negotiation_caveats,
    negotiation_headline as negotiation_headline,
    negotiation_sources as negotiation_sources,
    plan_caution as plan_caution,
    recorded_negotiation as recorded_negotiation,
)
from .negotiation.tables import (
    alternatives_table as alternatives_table,
    deciders_table as deciders_table,
    floors_table as floors_table,
    leverage_table as leverage_table,
    limits_table as limits_table,
    other_levers_table as other_levers_table,
    packages_table as packages_table,
    parts_by_remark as parts_by_remark,
    steps_table as steps_table,
    walk_away_table as walk_away_table,
    why_they_differ_table as why_they_differ_table,
)
from .offer.answers import evaluation_answers as evaluation_answers
from .offer.equity_figures import (
    leaving_chart as leaving_chart,
    leaving_notes as leaving_notes,
    leaving_table as leaving_table,
    spread_chart as spread_chart,
    spread_table as spread_table,
)
from .offer.equity_tables import (
    benefits_table as benefits_table,
    chances_table as chances_table,
    claimed_table as claimed_table,
)
from .offer.exercise_table import exercise_table as exercise_table
from .offer.figures import (
    audit_ranges as audit_ranges,
    market_ranges as market_ranges,
    pay_by_year as pay_by_year,
    premium_ranges as premium_ranges,
)
from .offer.paper import startup_answer as startup_answer
from .offer.premiums import (
    premium_answer as premium_answer,
    premium_headline as premium_headline,
    recorded_premiums as recorded_premiums,
)
from .offer.refresher_tables import refreshers_table as refreshers_table
from .offer.reported import (
    MIN_ROWS_OF_TAILS as MIN_ROWS_OF_TAILS,
    reported_json as reported_json,
    reported_tables as reported_tables,
)
from .offer.scenarios import scenarios_table as scenarios_table
from .offer.startup_tables import startup_notes as startup_notes, startup_table as startup_table
from .offer.staying import present_job_table as present_job_table
from .offer.summary import (
    assumptions as assumptions,
    caveats as caveats,
    growth_in_words as growth_in_words,
    growth_words as growth_words,
    headline as headline,
    left_out as left_out,
    sources as sources,
)
from .offer.tables import (
    audit_table as audit_table,
    company_notes_table as company_notes_table,
    company_type_table as company_type_table,
    flips_table as flips_table,
    grants_table as grants_table,
    market_table as market_table,
    notes_table as notes_table,
    offer_facts_table as offer_facts_table,
    premium_table as premium_table,
    score_table as score_table,
    warnings_table as warnings_table,
    years_table as years_table,
)
from .page.fragments import block_html as block_html, site_style as site_style
from .page.html import report_html as report_html
from .page.pdf import refuse_missing_weasyprint as refuse_missing_weasyprint, report_pdf as report_pdf
from .page.warming import warm as warm
from .place.answers import location_answers as location_answers
from .place.figures import (
    due_at_filing as due_at_filing,
    net_pay_over_wages as net_pay_over_wages,
    pay_by_place as pay_by_place,
)
from .place.household import (
    HOUSEHOLD_RULE as HOUSEHOLD_RULE,
    NOT_IN_HOUSEHOLD as NOT_IN_HOUSEHOLD,
    household_answer as household_answer,
    household_assumptions as household_assumptions,
    household_words as household_words,
)
from .place.summary import (
    location_assumptions as location_assumptions,
    location_caveats as location_caveats,
    location_headline as location_headline,
    location_left_out as location_left_out,
    location_next_steps as location_next_steps,
    location_sources as location_sources,
    recorded_location_figures as recorded_location_figures,
)
from .place.tables import (
    cash_plan_table as cash_plan_table,
    housing_name as housing_name,
    living_words as living_words,
    location_bands_table as location_bands_table,
    location_facts_table as location_facts_table,
    location_notes_table as location_notes_table,
    location_projection_table as location_projection_table,
    location_table as location_table,
    net_years_table as net_years_table,
    place_names as place_names,
    prices_table as prices_table,
    projection_table as projection_table,
    tax_parts_table as tax_parts_table,
)
from .process.entries import (
    PLAN_COLUMNS as PLAN_COLUMNS,
    calendar_items as calendar_items,
    checklist_html as checklist_html,
    plan_rows as plan_rows,
)
from .process.first_weeks import (
    onboarding_answers as onboarding_answers,
    onboarding_caveats as onboarding_caveats,
    onboarding_chart as onboarding_chart,
    onboarding_checks_table as onboarding_checks_table,
    onboarding_headline as onboarding_headline,
    onboarding_tasks_table as onboarding_tasks_table,
    recorded_onboarding as recorded_onboarding,
    resources_table as resources_table,
    trackers_table as trackers_table,
)
from .process.onboarding import (
    ONBOARDING_COLUMNS as ONBOARDING_COLUMNS,
    onboarding_checklist as onboarding_checklist,
    onboarding_items as onboarding_items,
    onboarding_lines as onboarding_lines,
    onboarding_rows as onboarding_rows,
)
from .process.page import (
    heard_table as heard_table,
    market_sources_table as market_sources_table,
    processes_table as processes_table,
    recorded_timeline as recorded_timeline,
    tasks_table as tasks_table,
    timeline_answers as timeline_answers,
    timeline_caveats as timeline_caveats,
    timeline_chart as timeline_chart,
    timeline_headline as timeline_headline,
    windows_table as windows_table,
)
from .process.people import (
    checks_table as checks_table,
    reference_lines as reference_lines,
    reference_sheets as reference_sheets,
    references_table as references_table,
)
from .process.text import (
    clash_sentences as clash_sentences,
    deadline_sentence as deadline_sentence,
    due_soon as due_soon,
    heard_lines as heard_lines,
    process_name as process_name,
    process_sentence as process_sentence,
    task_lines as task_lines,
    undated_sentence as undated_sentence,
)
from .show.blocks import (
    Heading as Heading,
    Headline as Headline,
    Notes as Notes,
    Table as Table,
    build_table as build_table,
    in_usd as in_usd,
)
from .show.drawing import COLORS as COLORS, PALETTE as PALETTE
from .show.inline_styles import framed as framed
from .show.record import recorded_figures as recorded_figures
from .show.templating import template_environment as template_environment
from .show.text import (
    COMPONENT_NAMES as COMPONENT_NAMES,
    EDUCATION as EDUCATION,
    MEASURE_NAMES as MEASURE_NAMES,
    NO_BREAK as NO_BREAK,
    UNKNOWN as UNKNOWN,
    aligned as aligned,
    capitalized as capitalized,
    count as count,
    day as day,
    percent as percent,
    quarter as quarter,
    rule_message as rule_message,
    score_in_words as score_in_words,
    short_day as short_day,
    standing as standing,
    uncapitalized as uncapitalized,
    usd as usd,
    usd_short as usd_short,
    yardstick_name as yardstick_name,
)
from .workshop.analysis_text import analysis_lines as analysis_lines
from .workshop.debrief import (
    DEBRIEF_FILE as DEBRIEF_FILE,
    OPTIONAL_FILES as OPTIONAL_FILES,
    debrief_files as debrief_files,
)
from .workshop.debrief_chart import class_chart as class_chart, game_chart as game_chart
from .workshop.debrief_page import (
    debrief_answers as debrief_answers,
    debrief_caveats as debrief_caveats,
    debrief_figures as debrief_figures,
    debrief_headline as debrief_headline,
    debrief_notes as debrief_notes,
    debrief_questions as debrief_questions,
)
from .workshop.debrief_tables import (
    answers_table as answers_table,
    class_pairs_table as class_pairs_table,
    first_offers_table as first_offers_table,
    role_ranks_table as role_ranks_table,
    second_agreements_table as second_agreements_table,
)
from .workshop.debrief_text import count_points as count_points, debrief_sentences as debrief_sentences
from .workshop.debrief_values import debrief_values as debrief_values
from .workshop.exercise import answer_table as answer_table, given_tables as given_tables
from .workshop.grading import GRADES_FILE as GRADES_FILE
from .workshop.lesson import (
    DISCUSSION as DISCUSSION,
    FEELINGS as FEELINGS,
    LEVEL_TEXTS as LEVEL_TEXTS,
    TIMETABLES as TIMETABLES,
)
from .workshop.live_project import live_project_files as live_project_files
from .workshop.offers_chart import first_offers_chart as first_offers_chart
from .workshop.pack import (
    COURSE_FILE as COURSE_FILE,
    PAIRS_PAGE as PAIRS_PAGE,
    SECRET_FILE as SECRET_FILE,
    class_files as class_files,
    role_brief as role_brief,
    seating_files as seating_files,
)
from .workshop.practice import (
    READABLE as READABLE,
    answer_sentences as answer_sentences,
    clock_sentence as clock_sentence,
    game_table as game_table,
    limit_sentence as limit_sentence,
    opponents_table as opponents_table,
    package_words as package_words,
    practice_brief as practice_brief,
    review_notes as review_notes,
)
