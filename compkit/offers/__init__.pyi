from .answers import (
    check_answer as check_answer,
    current_job_fields as current_job_fields,
    incomplete_fields as incomplete_fields,
    offer_fields as offer_fields,
    unknown_facts as unknown_facts,
)
from .audience import (
    AUDIENCES as AUDIENCES,
    Audience as Audience,
    entries_for as entries_for,
    entry_for as entry_for,
    is_public as is_public,
    left_out_for as left_out_for,
    offers_for as offers_for,
)
from .differences import differences as differences
from .document import SCHEMA_ID as SCHEMA_ID, offers_json_schema as offers_json_schema
from .draft import FieldMessage as FieldMessage, OffersDraft as OffersDraft
from .entry import LeftOut as LeftOut, OfferEntry as OfferEntry
from .formats import ENDINGS as ENDINGS, check_contents as check_contents
from .loading import (
    Offers as Offers,
    load_offers as load_offers,
    read_offers as read_offers,
    read_offers_text as read_offers_text,
)
from .messages import field_path as field_path, quote as quote, validation_faults as validation_faults
from .paper_stock import fill_tradable as fill_tradable, unknown_stock as unknown_stock
from .people import (
    STAYING as STAYING,
    LeftOutOffers as LeftOutOffers,
    Person as Person,
    choose_person as choose_person,
    find_person as find_person,
    is_same_candidate as is_same_candidate,
    only_person as only_person,
    people_of as people_of,
)
from .plain_text import UnreadableError as UnreadableError, csv_rows as csv_rows, decode_text as decode_text
from .plausibility import open_questions as open_questions
from .process_times import deadline_zone as deadline_zone, home_zone as home_zone, times_of as times_of
from .questions import (
    CURRENT_JOB_QUESTIONS as CURRENT_JOB_QUESTIONS,
    OFFER_QUESTIONS as OFFER_QUESTIONS,
    PLACES as PLACES,
    Answers as Answers,
    InterviewContext as InterviewContext,
    Place as Place,
    Question as Question,
    bonus_question as bonus_question,
)
from .references import reference_faults as reference_faults, superseded_ids as superseded_ids
from .sheets import (
    CANDIDATE_COLUMNS as CANDIDATE_COLUMNS,
    OFFER_COLUMNS as OFFER_COLUMNS,
    column_for_path as column_for_path,
)
from .warning_text import summarize_names as summarize_names, warning_lines as warning_lines
from .yaml_append import AppendableFile as AppendableFile, load_appendable_file as load_appendable_file
from .yaml_format import read_yaml as read_yaml
from .yaml_writer import Draft as Draft, offers_yaml as offers_yaml
