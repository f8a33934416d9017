from .browser import Browser as Browser, Upload as Upload
from .controls import (
    comparison_controls as comparison_controls,
    evaluation_controls as evaluation_controls,
    location_controls as location_controls,
    negotiation_controls as negotiation_controls,
)
from .editor import HasDraft as HasDraft, OfferEditor as OfferEditor
from .exercise_sheet import AskedQuestion as AskedQuestion, ExerciseSheet as ExerciseSheet, exercise as exercise
from .inputs import (
    ChoiceField as ChoiceField,
    ChoicesField as ChoicesField,
    Field as Field,
    NumberField as NumberField,
    SwitchField as SwitchField,
)
from .own_offers import (
    my_offer as my_offer,
    my_offers_file as my_offers_file,
    my_pay_store as my_pay_store,
    my_person as my_person,
)
from .page_names import PAGES as PAGES
from .panel import Panel as Panel
from .practice import PracticeDesk as PracticeDesk, practice as practice
from .site import Site as Site, site as site
from .start import start as start
from .workspace import Workspace as Workspace
