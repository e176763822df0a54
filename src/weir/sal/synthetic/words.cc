#include "weir/sal/synthetic/words.h"

namespace weir::sal::synthetic {
namespace {

using Words = std::string_view[];

constexpr Words kPlaces = {"North",  "South", "East",    "West",     "Upper",   "Lower",
                           "Inner",  "Outer", "Survey",  "Solar",    "Lunar",   "Polar",
                           "Zenith", "Ridge", "Valley",  "Nasmyth",  "Coude",   "Prime",
                           "Blue",   "Red",   "Visible", "Infrared", "Harbour", "Base"};

constexpr Words kInstruments = {
    "Dome",           "Shutter",        "Mount",           "Rotator",      "Derotator",
    "PrimaryMirror",  "RelayMirror",    "TertiaryMirror",  "MirrorCell",   "MirrorWash",
    "Imager",         "GuideSensor",    "Spectrometer",    "Photometer",   "Polarimeter",
    "Interferometer", "Coronagraph",    "LaserBeacon",     "WaveSensor",   "FilterChanger",
    "FocusStage",     "GratingStage",   "CoolingPlant",    "VacuumPlant",  "Cryocooler",
    "WeatherMast",    "SeeingTower",    "SkyPatrol",       "CloudCamera",  "DustCounter",
    "Lightning",      "Earthquake",     "NightPlanner",    "TargetBroker", "SequenceRunner",
    "PointingEngine", "TrackingEngine", "OpticsEngine",    "FrameWriter",  "FrameArchive",
    "QuickLook",      "PowerGrid",      "BackupGenerator", "AirSupply",    "AirHandling",
    "Hydraulics",     "OilSupply",      "WaterSupply",     "FireAlarm",    "DoorControl",
    "ClockServer",    "NetworkWatch",   "LampUnit",        "FlatScreen",   "FiberFeed",
    "Crane",          "Elevator",       "Louvres",         "WindScreen",   "CableWrap"};

constexpr Words kParts = {
    "coolingLoop",   "glycolTank",   "primaryMirror",  "azimuthDrive",    "elevationDrive",
    "shutterBlade",  "oilPump",      "airCompressor",  "cryostat",        "filterCarousel",
    "guideStar",     "strut",        "torqueMotor",    "encoderHead",     "brakeDisc",
    "cableChain",    "mirrorCover",  "fanTray",        "heaterPlate",     "vacuumGauge",
    "powerSupply",   "readoutBoard", "focalPlane",     "calibrationLamp", "integratingSphere",
    "laserHead",     "windVane",     "louvre",         "limitSwitch",     "lockingPin",
    "loadCell",      "supportPad",   "tangentRod",     "chillerStage",    "humidityProbe",
    "seeingMonitor", "skyImage",     "clockSource",    "networkSwitch",   "dataBuffer",
    "imageStream",   "targetList",   "observingBlock", "script",          "pointingModel",
    "trackingLoop",  "wavefront",    "bendingMode",    "forceBalance",    "alignment",
    "diffuser",      "grating",      "slit",           "fiberBundle",     "detectorRow",
    "amplifier",     "thermalZone",  "hydraulicValve", "doorSeal",        "interlockChain"};

constexpr Words kActions = {"move",  "open",   "close",   "start", "stop",   "set",       "reset",
                            "home",  "track",  "park",    "lock",  "unlock", "calibrate", "load",
                            "clear", "enable", "measure", "apply", "offset", "select"};

constexpr Words kHappenings = {"State",     "Limits",   "Warning",    "Fault",      "Settings",
                               "Changed",   "Target",   "InPosition", "Enabled",    "Summary",
                               "Inventory", "Finished", "Started",    "Connection", "Thresholds"};

constexpr Words kReports = {"",         "Status",  "Readings",   "Temperatures", "Pressures",
                            "Motion",   "Power",   "Statistics", "Health",       "Forces",
                            "Currents", "Offsets", "Trend",      "Load",         "Environment"};

constexpr Quantity kReals[] = {
    {"Temperature", "deg_C", "Temperature of the"},
    {"Pressure", "Pa", "Pressure in the"},
    {"Position", "deg", "Measured position of the"},
    {"Demand", "deg", "Commanded position of the"},
    {"Velocity", "deg/s", "Velocity of the"},
    {"Acceleration", "deg/s2", "Acceleration of the"},
    {"Torque", "N m", "Torque at the"},
    {"Force", "N", "Force on the"},
    {"Current", "A", "Current drawn by the"},
    {"Voltage", "V", "Voltage across the"},
    {"Power", "W", "Power used by the"},
    {"FlowRate", "l/min", "Flow through the"},
    {"Humidity", "%", "Relative humidity near the"},
    {"Displacement", "um", "Displacement of the"},
    {"Vibration", "\xC2\xB5m/s", "RMS vibration of the"},
    {"Offset", "arcsec", "Offset applied to the"},
    {"Frequency", "Hz", "Frequency of the"},
    {"Level", "%", "Fill level of the"},
    {"Resistance", "Ohm", "Resistance of the"},
    {"Exposure", "second", "Exposure time of the"},
    {"WarnHigh", "deg_C", "Upper warning limit of the"},
    {"WarnLow", "deg_C", "Lower warning limit of the"},
    {"Gain", "unitless", "Loop gain of the"},
    {"Residual", "mm", "Fit residual of the"},
};

constexpr Quantity kWhole[] = {
    {"Count", "unitless", "Number of samples taken at the"},
    {"Status", "unitless", "Status word of the"},
    {"ErrorCode", "unitless", "Last error reported by the"},
    {"Index", "unitless", "Index of the"},
    {"Mode", "unitless", "Operating mode of the"},
    {"Retries", "unitless", "Retries since start of the"},
    {"Sequence", "unitless", "Sequence number of the"},
    {"BytesFree", "byte", "Free space left to the"},
    {"Steps", "unitless", "Motor steps made by the"},
    {"Flags", "unitless", "Bit mask of conditions of the"},
    {"Delay", "millisecond", "Delay before the next cycle of the"},
    {"Speed", "rpm", "Speed of the"},
};

constexpr Quantity kBooleans[] = {
    {"Enabled", "unitless", "Whether somebody enabled the"},
    {"Ready", "unitless", "True when no wait is needed for the"},
    {"Open", "unitless", "Open contact at the"},
    {"Locked", "unitless", "True while a pin holds the"},
    {"Fault", "unitless", "True after a fault of the"},
    {"Homed", "unitless", "Homing is done for the"},
    {"Moving", "unitless", "Motion is seen at the"},
    {"Overheated", "unitless", "Temperature limit reached at the"},
    {"Tripped", "unitless", "Protection tripped at the"},
    {"InPosition", "unitless", "Target reached by the"},
};

constexpr Quantity kTexts[] = {
    {"Name", "unitless", "Name of the"},
    {"Version", "unitless", "Firmware version of the"},
    {"SerialNumber", "unitless", "Serial number of the"},
    {"Message", "unitless", "What an operator should know about the"},
    {"Path", "unitless", "Where the data lies of the"},
    {"Owner", "unitless", "Who is responsible for the"},
    {"Reason", "unitless", "Why a change was made to the"},
    {"Url", "unitless", "Address of the data of the"},
    {"Checksum", "unitless", "Checksum of the settings of the"},
    {"Label", "unitless", "Label painted on the"},
};

constexpr Words kStates = {
    "Idle",      "Moving",    "Stopped",   "Fault",    "Opening",    "Closing",  "Open",
    "Closed",    "Tracking",  "Slewing",   "Parked",   "Homing",     "Locked",   "Unlocked",
    "Enabled",   "Disabled",  "Warming",   "Cooling",  "Stable",     "Pumping",  "Venting",
    "Exposing",  "Reading",   "Writing",   "Waiting",  "Ready",      "Busy",     "Lost",
    "Connected", "Offline",   "Standby",   "Charging", "Drained",    "Blocked",  "Released",
    "Engaged",   "Retracted", "Deployed",  "Low",      "High",       "Normal",   "Critical",
    "Manual",    "Remote",    "Automatic", "Test",     "Simulated",  "Unknown",  "Red",
    "Green",     "Blue",      "Clear",     "First",    "Second",     "Third",    "Fourth",
    "Aborted",   "Completed", "Paused",    "Resumed",  "Calibrated", "Degraded", "Tripped",
    "Purging"};

bool is_capital(char c) { return c >= 'A' && c <= 'Z'; }

}  // namespace

std::span<const std::string_view> places() { return kPlaces; }
std::span<const std::string_view> instruments() { return kInstruments; }
std::span<const std::string_view> parts() { return kParts; }
std::span<const std::string_view> actions() { return kActions; }
std::span<const std::string_view> happenings() { return kHappenings; }
std::span<const std::string_view> reports() { return kReports; }
std::span<const std::string_view> states() { return kStates; }

std::span<const Quantity> quantities(std::string_view idl_type) {
  if (idl_type == "double" || idl_type == "float") return kReals;
  if (idl_type == "boolean") return kBooleans;
  if (idl_type == "string" || idl_type == "char") return kTexts;
  return kWhole;
}

std::string in_words(std::string_view name) {
  std::string words;
  for (const char c : name) {
    if (is_capital(c) && !words.empty()) words += ' ';
    words += is_capital(c) ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return words;
}

std::string capitalized(std::string_view name) {
  std::string capital(name);
  if (!capital.empty() && capital[0] >= 'a' && capital[0] <= 'z') {
    capital[0] = static_cast<char>(capital[0] - 'a' + 'A');
  }
  return capital;
}

}  // namespace weir::sal::synthetic
