"""`archcompiler.audit`: the comparison from Python, of live models, files and names."""

import copy
import pickle
import re
from pathlib import Path

import pytest
from alignment.against import against

import archcompiler

pytestmark = [
    pytest.mark.slow,
    pytest.mark.usefixtures("keras"),
    # Keras reads TensorFlow's variables in a way that NumPy 2 warns of.
    pytest.mark.filterwarnings("ignore:__array__ implementation"),
]
PAGE = Path(__file__).parents[2] / "docs" / "against.md"
SPEC = """\
name: small
parameters: {model: 4}
input: 8x8x3
table:
  columns: [name, type, patch, filters]
  rows:
  - [conv1, Conv2D, 3x3, <model>]
  - [pool, GlobalAveragePooling2D]
  - {name: fc, type: Dense, units: 10}
"""


@pytest.fixture
def build(keras):
    """Build the small model, or one with other filters or another kernel."""

    def make(filters=4, size=3):
        layers = keras.layers
        middle = [layers.Conv2D(filters, size), layers.GlobalAveragePooling2D()]
        return keras.Sequential(
            [keras.Input((8, 8, 3)), *middle, layers.Dense(10)], name="port"
        )

    return make


def test_a_live_model_is_compared_under_its_own_name(build):
    found = archcompiler.audit(SPEC, build(size=5))
    assert found.differs
    assert [each[:1] + each[2:5] for each in found.findings] == [
        ("conv1", "kernel", "3x3", "5x5")
    ]
    assert repr(found) == "<Alignment small against port: 1 finding in 1 row>"
    with pytest.raises(AttributeError):
        found.findings = ()


def test_nothing_differs_in_a_faithful_one(build):
    found = archcompiler.audit(archcompiler.load(SPEC), build())
    assert not found.differs
    assert "precision" in found.uncompared
    assert repr(found).endswith("nothing differs: 4 units agree, row by row>")
    assert pickle.loads(pickle.dumps(found)) == copy.deepcopy(found) == found


def test_parameters_are_set_whatever_they_are_called(build):
    assert not archcompiler.audit(SPEC, build(filters=6), model=6).differs


def test_a_file_says_what_the_command_says(build, write_spec, tmp_path, capsys):
    spec, path = write_spec(SPEC), tmp_path / "port.keras"
    build(filters=6).save(path)
    found = archcompiler.audit(Path(spec), path)
    status, record = against(capsys, spec, path)
    del record["version"]  # of the form of what commands print
    assert (int(found.differs), found.to_dict()) == (status, record)


def test_a_table_whose_cells_differ_is_compared_all_the_same(build):
    spec = SPEC.replace("filters]", "filters, output size]")
    spec = spec.replace("<model>]", "<model>, 9x9x4]")
    with pytest.raises(archcompiler.SpecError):
        archcompiler.load(spec)
    assert not archcompiler.audit(spec, build()).differs


def test_what_is_no_model_is_refused():
    architecture = archcompiler.load(SPEC)
    with pytest.raises(archcompiler.ModelError, match=r"there is no file `lost\.onnx`"):
        archcompiler.audit(architecture, Path("lost.onnx"))
    with pytest.raises(TypeError, match="received `int`"):
        archcompiler.audit(architecture, 4)
    with pytest.raises(TypeError, match="`model` is set where the spec is loaded"):
        archcompiler.audit(architecture, "lost.onnx", model=8)


def test_a_spec_that_cannot_be_built_is_refused():
    with pytest.raises(archcompiler.SpecError, match="Conv3D"):
        archcompiler.audit(SPEC.replace("Conv2D", "Conv3D"), "lost.onnx")


def test_a_model_without_a_graph_is_refused(keras):
    class Own(keras.Model):
        def call(self, inputs):
            return inputs

    with pytest.raises(archcompiler.ModelError, match="holds no graph of layers"):
        archcompiler.audit(SPEC, Own())


def test_the_page_says_what_is_so():
    shown = re.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    assert shown
    for text in shown:
        exec(text, {})
